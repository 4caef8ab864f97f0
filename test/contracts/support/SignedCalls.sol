// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CorrectionFiling, DisputeOpening} from "../../../contracts/interfaces/ICaseBook.sol";
import {ResourceSubmission, SourceDesignation} from "../../../contracts/interfaces/IResourceCatalog.sol";
import {GatewayRegistration, GatewayRetirement, TreeHead} from "../../../contracts/interfaces/IReceiptLog.sol";
import {GrantChange, ShareAgreement} from "../../../contracts/interfaces/IShareLedger.sol";
import {ShareRefusal, ShareRequest} from "../../../contracts/interfaces/IShareRequests.sol";
import {JointStep, Step} from "../../../contracts/types/Step.sol";
import {ActFactory} from "./ActFactory.sol";
import {JointKind, StepKind} from "./Steps.sol";

/// @dev The call that carries an act, signed by the accounts that must sign it.
abstract contract SignedCalls is ActFactory {
    function callOf(ResourceSubmission memory act) internal view returns (bytes memory) {
        bytes32 actDigest = digest(act);
        bytes memory signature = byHead(act.provider, actDigest);
        return abi.encodeCall(catalog.submitResourceBySig, (act, signature, byMaker(act.provider, actDigest)));
    }

    function callOf(SourceDesignation memory act) internal view returns (bytes memory) {
        return abi.encodeCall(catalog.designateSourceBySig, (act, byOffice(act.authority, digest(act))));
    }

    function callOf(ShareRequest memory act) internal view returns (bytes memory) {
        bytes32 actDigest = digest(act);
        bytes memory signature = byOffice(act.requester, actDigest);
        return abi.encodeCall(shares.submitRequestBySig, (act, signature, byMaker(act.requester, actDigest)));
    }

    function callOf(ShareAgreement memory act) internal view returns (bytes memory) {
        bytes32 actDigest = digest(act);
        bytes memory signature = byOffice(act.provider, actDigest);
        return abi.encodeCall(shares.agreeBySig, (act, signature, byMaker(act.provider, actDigest)));
    }

    function callOf(ShareRefusal memory act) internal view returns (bytes memory) {
        bytes32 actDigest = digest(act);
        bytes memory signature = byOffice(act.provider, actDigest);
        return abi.encodeCall(shares.refuseBySig, (act, signature, byMaker(act.provider, actDigest)));
    }

    function callOf(GrantChange memory act) internal view returns (bytes memory) {
        bytes32 actDigest = digest(act);
        bytes memory signature = byOffice(act.provider, actDigest);
        return abi.encodeCall(shares.changeGrantBySig, (act, signature, byOffice(act.authority, actDigest)));
    }

    function callOf(CorrectionFiling memory act) internal view returns (bytes memory) {
        return abi.encodeCall(cases.fileCorrectionBySig, (act, byOffice(act.requester, digest(act))));
    }

    function callOf(DisputeOpening memory act) internal view returns (bytes memory) {
        return abi.encodeCall(cases.openDisputeBySig, (act, byOffice(act.claimant, digest(act))));
    }

    function callOf(GatewayRegistration memory act) internal view returns (bytes memory) {
        return abi.encodeCall(receipts.registerGatewayBySig, (act, byOffice(act.operator, digest(act))));
    }

    function callOf(GatewayRetirement memory act) internal view returns (bytes memory) {
        return abi.encodeCall(receipts.retireGatewayBySig, (act, byOffice(act.operator, digest(act))));
    }

    /// @dev The head signed with `key`, which is that of the gateway's account if it is to be taken.
    function callOf(uint256 key, TreeHead memory head, bytes32[] memory proof) internal view returns (bytes memory) {
        return
            abi.encodeCall(
                receipts.anchor,
                (head.gateway, head.size, head.root, proof, compactlySigned(key, head))
            );
    }

    function callOf(uint256 key, TreeHead memory head, bytes32 otherRoot) internal view returns (bytes memory) {
        TreeHead memory other = TreeHead({gateway: head.gateway, size: head.size, root: otherRoot});
        return
            abi.encodeCall(
                receipts.proveEquivocation,
                (
                    head.gateway,
                    head.size,
                    head.root,
                    compactlySigned(key, head),
                    otherRoot,
                    compactlySigned(key, other)
                )
            );
    }

    function callOf(StepKind kind, Step memory act) internal view returns (bytes memory) {
        bytes memory signature = byOffice(act.department, digest(kind, act));
        return abi.encodeWithSelector(infoOf(kind).selector, act, signature);
    }

    function callOf(JointKind kind, JointStep memory act) internal view returns (bytes memory) {
        bytes32 actDigest = digest(kind, act);
        bool isHead = kind == JointKind.Retire;
        bytes memory signature = isHead ? byHead(act.department, actDigest) : byOffice(act.department, actDigest);
        return abi.encodeWithSelector(infoOf(kind).selector, act, signature, byOffice(act.authority, actDigest));
    }
}
