// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CorrectionFiling, DisputeOpening, DisputeSubject} from "../../../contracts/interfaces/ICaseBook.sol";
import {
    AccessKeyRegistration,
    AccessKeyRevocation,
    AccountsRestoration,
    DepartmentAccountsChange,
    DepartmentKind,
    DepartmentRegistration,
    DepartmentStatus,
    DepartmentStatusChange,
    StatusOrder
} from "../../../contracts/interfaces/IDepartmentRegistry.sol";
import {
    DenyInstrument,
    LawClass,
    ResourceSubmission,
    ShareClass,
    SourceDesignation
} from "../../../contracts/interfaces/IResourceCatalog.sol";
import {GatewayRegistration, GatewayRetirement} from "../../../contracts/interfaces/IReceiptLog.sol";
import {GrantChange, ShareAgreement} from "../../../contracts/interfaces/IShareLedger.sol";
import {RequestKind, ShareRefusal, ShareRequest} from "../../../contracts/interfaces/IShareRequests.sol";
import {CalendarYear} from "../../../contracts/interfaces/IWorkingDayCalendar.sol";
import {
    AccessKeyId,
    DepartmentId,
    GatewayId,
    GrantId,
    HashAlgorithm,
    KeyAlgorithm,
    RequestId,
    ResourceId
} from "../../../contracts/types/Ids.sol";
import {ReasonCodes} from "../../../contracts/types/ReasonCodes.sol";
import {JointStep, Step} from "../../../contracts/types/Step.sol";
import {ActSigning} from "./ActSigning.sol";
import {earlyDaysOf, lateDaysOf} from "./CalendarYears.sol";
import {vm} from "./Vm.sol";

/// @dev Acts that are valid as they come. Structs of many members are filled one by one: the stack is not deep.
abstract contract ActFactory is ActSigning {
    uint192 private _nonceKey;

    function nextNonce() internal returns (uint256) {
        return uint256(++_nonceKey) << 64;
    }

    function registration(
        DepartmentId department,
        DepartmentKind kind
    ) internal returns (DepartmentRegistration memory) {
        bool isCounty = department == COUNTY_AUTHORITY || department == BRANCH;
        return
            DepartmentRegistration({
                authority: AUTHORITY,
                department: department,
                kind: kind,
                superior: department == GOVERNMENT
                    ? NOBODY
                    : isCounty
                        ? COUNTY
                        : GOVERNMENT,
                region: isCounty || department == COUNTY ? bytes6("990102") : bytes6("990100"),
                maker: accountOf(makerKey(department)),
                office: accountOf(officeKey(department)),
                head: accountOf(headKey(department)),
                nonce: nextNonce(),
                expiresAt: DEADLINE
            });
    }

    function accountsChange(DepartmentId department) internal returns (DepartmentAccountsChange memory) {
        return
            DepartmentAccountsChange({
                department: department,
                maker: abi.encodePacked(address(0xa0)),
                office: abi.encodePacked(address(0xa1)),
                head: abi.encodePacked(address(0xa2)),
                nonce: nextNonce(),
                expiresAt: DEADLINE
            });
    }

    function restoration(DepartmentId department) internal pure returns (AccountsRestoration memory) {
        return
            AccountsRestoration({
                department: department,
                maker: abi.encodePacked(address(0xb0)),
                office: abi.encodePacked(address(0xb1)),
                head: abi.encodePacked(address(0xb2)),
                reasonCode: REASON
            });
    }

    function statusOrder(DepartmentId department, DepartmentStatus status) internal pure returns (StatusOrder memory) {
        return StatusOrder({department: department, status: status, reasonCode: REASON});
    }

    function statusChange(
        DepartmentId department,
        DepartmentStatus status
    ) internal returns (DepartmentStatusChange memory) {
        return
            DepartmentStatusChange({
                authority: AUTHORITY,
                department: department,
                status: status,
                reasonCode: REASON,
                nonce: nextNonce(),
                expiresAt: DEADLINE
            });
    }

    function keyRegistration(DepartmentId department) internal returns (AccessKeyRegistration memory) {
        return
            AccessKeyRegistration({
                department: department,
                algorithm: KeyAlgorithm.Ed25519,
                publicKey: abi.encodePacked(keccak256(abi.encode(department, _nonceKey))),
                notBefore: NOW,
                notAfter: NOW + 365 days,
                nonce: nextNonce(),
                expiresAt: DEADLINE
            });
    }

    function keyRevocation(DepartmentId department, AccessKeyId keyId) internal returns (AccessKeyRevocation memory) {
        return AccessKeyRevocation({department: department, keyId: keyId, nonce: nextNonce(), expiresAt: DEADLINE});
    }

    function submission(ShareClass shareClass) internal returns (ResourceSubmission memory act) {
        bool isDenied = shareClass == ShareClass.Denied;
        (act.provider, act.codeHash, act.version) = (PROVIDER, CODE_HASH, 1);
        (act.shareClass, act.lawClass) = (shareClass, LawClass.General);
        (act.level, act.fieldCount) = (3, 8);
        if (shareClass == ShareClass.Conditional) act.conditionsHash = CONDITIONS;
        act.denyInstrument = isDenied ? DenyInstrument.Law : DenyInstrument.None;
        act.denyBasisHash = isDenied ? keccak256("law") : bytes32(0);
        (act.secrecyHash, act.piaHash) = (sha256("secrecy"), sha256("pia"));
        (act.documentHash, act.hashAlgorithm) = (DOCUMENT, HashAlgorithm.Sha256);
        (act.nonce, act.expiresAt) = (nextNonce(), DEADLINE);
    }

    function designation(bytes32 element, ResourceId id) internal returns (SourceDesignation memory act) {
        (act.authority, act.element, act.resourceId) = (AUTHORITY, element, id);
        (act.documentHash, act.hashAlgorithm) = (DOCUMENT, HashAlgorithm.Sha256);
        (act.nonce, act.expiresAt) = (nextNonce(), DEADLINE);
    }

    function request(ResourceId id) internal returns (ShareRequest memory act) {
        (act.requester, act.kind) = (REQUESTER, RequestKind.New);
        (act.resourceId, act.resourceVersion, act.fields) = (id, 1, 0x0f);
        (act.notBefore, act.notAfter) = (NOW, NOW + 300 days);
        (act.documentHash, act.hashAlgorithm) = (DOCUMENT, HashAlgorithm.Sha256);
        (act.nonce, act.expiresAt) = (nextNonce(), DEADLINE);
    }

    function agreement(RequestId requestId) internal returns (ShareAgreement memory act) {
        (act.provider, act.requestId, act.fields) = (PROVIDER, requestId, 0x07);
        (act.notBefore, act.notAfter) = (NOW + 1 days, NOW + 200 days);
        (act.conditionsHash, act.disposalDays) = (bytes32(0), 30);
        (act.documentHash, act.hashAlgorithm) = (DOCUMENT, HashAlgorithm.Sha256);
        (act.nonce, act.expiresAt) = (nextNonce(), DEADLINE);
    }

    function refusal(RequestId requestId) internal returns (ShareRefusal memory act) {
        (act.provider, act.requestId) = (PROVIDER, requestId);
        (act.reasonCode, act.groundsHash) = (ReasonCodes.FORBIDDEN_BY_LAW, keccak256("article"));
        (act.documentHash, act.hashAlgorithm) = (DOCUMENT, HashAlgorithm.Sha256);
        (act.nonce, act.expiresAt) = (nextNonce(), DEADLINE);
    }

    function change(GrantId grantId) internal returns (GrantChange memory act) {
        (act.provider, act.authority, act.grantId) = (PROVIDER, AUTHORITY, grantId);
        (act.fields, act.notBefore, act.notAfter) = (0x03, NOW, NOW + 250 days);
        act.negotiationHash = sha256("negotiation");
        (act.documentHash, act.hashAlgorithm) = (DOCUMENT, HashAlgorithm.Sha256);
        (act.nonce, act.expiresAt) = (nextNonce(), DEADLINE);
    }

    function filing(ResourceId id) internal returns (CorrectionFiling memory act) {
        (act.requester, act.resourceId, act.resourceVersion, act.reasonCode) = (REQUESTER, id, 1, REASON);
        (act.documentHash, act.hashAlgorithm) = (DOCUMENT, HashAlgorithm.Sha256);
        (act.nonce, act.expiresAt) = (nextNonce(), DEADLINE);
    }

    function opening(DisputeSubject kind, bytes32 subject) internal returns (DisputeOpening memory act) {
        (act.claimant, act.respondent) = (REQUESTER, PROVIDER);
        (act.subjectKind, act.subject, act.reasonCode) = (kind, subject, REASON);
        (act.documentHash, act.hashAlgorithm) = (DOCUMENT, HashAlgorithm.Sha256);
        (act.nonce, act.expiresAt) = (nextNonce(), DEADLINE);
    }

    function step(DepartmentId department, bytes32 subject, bytes32 reasonCode) internal returns (Step memory act) {
        (act.department, act.subject, act.reasonCode) = (department, subject, reasonCode);
        (act.documentHash, act.hashAlgorithm) = (DOCUMENT, HashAlgorithm.Sha256);
        (act.nonce, act.expiresAt) = (nextNonce(), DEADLINE);
    }

    function jointStep(
        DepartmentId department,
        DepartmentId authority,
        bytes32 subject,
        uint64 dueAt
    ) internal returns (JointStep memory act) {
        (act.department, act.authority, act.subject) = (department, authority, subject);
        (act.reasonCode, act.dueAt) = (REASON, dueAt);
        (act.documentHash, act.hashAlgorithm) = (DOCUMENT, HashAlgorithm.Sha256);
        (act.nonce, act.expiresAt) = (nextNonce(), DEADLINE);
    }

    function gatewayRegistration(DepartmentId operator) internal returns (GatewayRegistration memory) {
        return
            GatewayRegistration({
                operator: operator,
                publicKey: keccak256(abi.encode("gateway", operator, _nonceKey)),
                account: vm.addr(gatewayKey(operator)),
                nonce: nextNonce(),
                expiresAt: DEADLINE
            });
    }

    function gatewayRetirement(DepartmentId operator, GatewayId gateway) internal returns (GatewayRetirement memory) {
        return
            GatewayRetirement({operator: operator, gateway: gateway, nonce: nextNonce(), expiresAt: DEADLINE});
    }

    /// @dev The year as the State Council announced it, or will: 2024 to 2027 are known.
    function calendarYear(uint16 year) internal returns (CalendarYear memory) {
        return
            CalendarYear({
                authority: AUTHORITY,
                year: year,
                earlyDays: earlyDaysOf(year),
                lateDays: lateDaysOf(year),
                noticeHash: DOCUMENT,
                hashAlgorithm: HashAlgorithm.Sha256,
                nonce: nextNonce(),
                expiresAt: DEADLINE
            });
    }
}
