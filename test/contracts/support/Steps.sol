// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICaseBook} from "../../../contracts/interfaces/ICaseBook.sol";
import {IResourceCatalog} from "../../../contracts/interfaces/IResourceCatalog.sol";
import {IShareLedger} from "../../../contracts/interfaces/IShareLedger.sol";
import {IShareRequests} from "../../../contracts/interfaces/IShareRequests.sol";
import {LedgerParts} from "./LedgerParts.sol";

/// @dev Every act that is a `Step`, those of one contract side by side.
enum StepKind {
    Publish,
    Return,
    RequireUpdate,
    ExtendUpdate,
    Freeze,
    Unfreeze,
    AskSupplement,
    Supplement,
    Withdraw,
    Reopen,
    Deliver,
    Acknowledge,
    Suspend,
    FollowUp,
    Resume,
    Forfeit,
    Release,
    CertifyDisposal,
    AcceptDisposal,
    Verify,
    Correct,
    Uphold,
    FeedBack,
    CloseCorrection,
    ApplyForCoordination,
    Coordinate,
    Settle,
    Escalate,
    Decide,
    ExecuteDispute
}

/// @dev Every act that is a `JointStep`.
enum JointKind {
    Retire,
    ExtendAnswer,
    Terminate
}

uint8 constant STEP_KINDS = 30;
uint8 constant JOINT_KINDS = 3;

/// @dev What a step is called: by its function, in its signature, and in the history.
abstract contract Steps is LedgerParts {
    struct StepInfo {
        bytes4 selector;
        string typeName;
        bytes32 topic;
    }

    function targetOf(StepKind kind) internal view returns (address) {
        if (kind <= StepKind.Unfreeze) return address(catalog);
        return kind <= StepKind.AcceptDisposal ? address(shares) : address(cases);
    }

    function targetOf(JointKind kind) internal view returns (address) {
        return kind == JointKind.Retire ? address(catalog) : address(shares);
    }

    function infoOf(StepKind kind) internal pure returns (StepInfo memory) {
        if (kind <= StepKind.Unfreeze) return catalogStep(kind);
        if (kind <= StepKind.Reopen) return requestStep(kind);
        if (kind <= StepKind.AcceptDisposal) return grantStep(kind);
        return kind <= StepKind.CloseCorrection ? correctionStep(kind) : disputeStep(kind);
    }

    function infoOf(JointKind kind) internal pure returns (StepInfo memory) {
        if (kind == JointKind.Retire) {
            return
                StepInfo(
                    IResourceCatalog.retireResourceBySig.selector,
                    "ResourceRetirement",
                    IResourceCatalog.ResourceRetired.selector
                );
        }
        return
            kind == JointKind.ExtendAnswer
                ? StepInfo(
                    IShareRequests.extendAnswerBySig.selector,
                    "AnswerExtension",
                    IShareRequests.AnswerExtended.selector
                )
                : StepInfo(
                    IShareLedger.terminateBySig.selector,
                    "GrantTermination",
                    IShareLedger.GrantTerminated.selector
                );
    }

    function catalogStep(StepKind kind) private pure returns (StepInfo memory) {
        if (kind == StepKind.Publish) {
            return
                StepInfo(
                    IResourceCatalog.publishResourceBySig.selector,
                    "ResourcePublication",
                    IResourceCatalog.ResourcePublished.selector
                );
        }
        if (kind == StepKind.Return) {
            return
                StepInfo(
                    IResourceCatalog.returnResourceBySig.selector,
                    "ResourceReturn",
                    IResourceCatalog.ResourceReturned.selector
                );
        }
        if (kind == StepKind.RequireUpdate) {
            return
                StepInfo(
                    IResourceCatalog.requireUpdateBySig.selector,
                    "UpdateRequirement",
                    IResourceCatalog.UpdateRequired.selector
                );
        }
        if (kind == StepKind.ExtendUpdate) {
            return
                StepInfo(
                    IResourceCatalog.extendUpdateBySig.selector,
                    "UpdateExtension",
                    IResourceCatalog.UpdateExtended.selector
                );
        }
        if (kind == StepKind.Freeze) {
            return
                StepInfo(
                    IResourceCatalog.freezeResourceBySig.selector,
                    "ResourceFreeze",
                    IResourceCatalog.ResourceFrozen.selector
                );
        }
        return
            StepInfo(
                IResourceCatalog.unfreezeResourceBySig.selector,
                "ResourceUnfreeze",
                IResourceCatalog.ResourceUnfrozen.selector
            );
    }

    function requestStep(StepKind kind) private pure returns (StepInfo memory) {
        if (kind == StepKind.AskSupplement) {
            return
                StepInfo(
                    IShareRequests.askSupplementBySig.selector,
                    "SupplementDemand",
                    IShareRequests.SupplementAsked.selector
                );
        }
        if (kind == StepKind.Supplement) {
            return
                StepInfo(
                    IShareRequests.supplementBySig.selector,
                    "RequestSupplement",
                    IShareRequests.RequestResubmitted.selector
                );
        }
        if (kind == StepKind.Withdraw) {
            return
                StepInfo(
                    IShareRequests.withdrawRequestBySig.selector,
                    "RequestWithdrawal",
                    IShareRequests.RequestWithdrawn.selector
                );
        }
        return
            StepInfo(
                IShareRequests.reopenRequestBySig.selector,
                "RequestReopening",
                IShareRequests.RequestReopened.selector
            );
    }

    function grantStep(StepKind kind) private pure returns (StepInfo memory) {
        if (kind == StepKind.Deliver) {
            return StepInfo(IShareLedger.deliverBySig.selector, "GrantDelivery", IShareLedger.GrantDelivered.selector);
        }
        if (kind == StepKind.Acknowledge) {
            return
                StepInfo(
                    IShareLedger.acknowledgeBySig.selector,
                    "GrantAcknowledgement",
                    IShareLedger.GrantActivated.selector
                );
        }
        if (kind == StepKind.Suspend) {
            return
                StepInfo(IShareLedger.suspendBySig.selector, "GrantSuspension", IShareLedger.GrantSuspended.selector);
        }
        if (kind == StepKind.FollowUp) {
            return
                StepInfo(
                    IShareLedger.followUpSuspensionBySig.selector,
                    "SuspensionFollowUp",
                    IShareLedger.SuspensionFollowedUp.selector
                );
        }
        if (kind == StepKind.Resume) {
            return StepInfo(IShareLedger.resumeBySig.selector, "GrantResumption", IShareLedger.GrantResumed.selector);
        }
        if (kind == StepKind.Forfeit) {
            return
                StepInfo(IShareLedger.forfeitBySig.selector, "GrantForfeiture", IShareLedger.GrantForfeited.selector);
        }
        if (kind == StepKind.Release) {
            return StepInfo(IShareLedger.releaseBySig.selector, "GrantRelease", IShareLedger.GrantReleased.selector);
        }
        if (kind == StepKind.CertifyDisposal) {
            return
                StepInfo(
                    IShareLedger.certifyDisposalBySig.selector,
                    "DisposalCertification",
                    IShareLedger.DisposalCertified.selector
                );
        }
        return
            StepInfo(
                IShareLedger.acceptDisposalBySig.selector,
                "DisposalAcceptance",
                IShareLedger.GrantClosed.selector
            );
    }

    function correctionStep(StepKind kind) private pure returns (StepInfo memory) {
        if (kind == StepKind.Verify) {
            return
                StepInfo(
                    ICaseBook.verifyCorrectionBySig.selector,
                    "CorrectionVerification",
                    ICaseBook.CorrectionVerifying.selector
                );
        }
        if (kind == StepKind.Correct) {
            return StepInfo(ICaseBook.correctBySig.selector, "CorrectionMaking", ICaseBook.CorrectionMade.selector);
        }
        if (kind == StepKind.Uphold) {
            return StepInfo(ICaseBook.upholdBySig.selector, "CorrectionUpholding", ICaseBook.CorrectionUpheld.selector);
        }
        if (kind == StepKind.FeedBack) {
            return
                StepInfo(
                    ICaseBook.feedBackCorrectionBySig.selector,
                    "CorrectionFeedback",
                    ICaseBook.CorrectionFedBack.selector
                );
        }
        return
            StepInfo(ICaseBook.closeCorrectionBySig.selector, "CorrectionClosure", ICaseBook.CorrectionClosed.selector);
    }

    function disputeStep(StepKind kind) private pure returns (StepInfo memory) {
        if (kind == StepKind.ApplyForCoordination) {
            return
                StepInfo(
                    ICaseBook.applyForCoordinationBySig.selector,
                    "CoordinationApplication",
                    ICaseBook.CoordinationApplied.selector
                );
        }
        if (kind == StepKind.Coordinate) {
            return
                StepInfo(
                    ICaseBook.coordinateBySig.selector,
                    "DisputeCoordination",
                    ICaseBook.DisputeCoordinated.selector
                );
        }
        if (kind == StepKind.Settle) {
            return
                StepInfo(ICaseBook.settleDisputeBySig.selector, "DisputeSettlement", ICaseBook.DisputeSettled.selector);
        }
        if (kind == StepKind.Escalate) {
            return
                StepInfo(
                    ICaseBook.escalateDisputeBySig.selector,
                    "DisputeEscalation",
                    ICaseBook.DisputeEscalated.selector
                );
        }
        if (kind == StepKind.Decide) {
            return
                StepInfo(ICaseBook.decideDisputeBySig.selector, "DisputeDecision", ICaseBook.DisputeDecided.selector);
        }
        return StepInfo(ICaseBook.executeDisputeBySig.selector, "DisputeExecution", ICaseBook.DisputeExecuted.selector);
    }
}
