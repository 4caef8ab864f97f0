// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

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
import {ResourcePublication, ResourceSubmission, ShareClass} from "../../../contracts/interfaces/IResourceCatalog.sol";
import {
    GrantRevocation,
    ShareAgreement,
    ShareRefusal,
    ShareRequest
} from "../../../contracts/interfaces/IShareLedger.sol";
import {CalendarYear} from "../../../contracts/interfaces/IWorkingDayCalendar.sol";
import {
    AccessKeyId,
    DepartmentId,
    GrantId,
    HashAlgorithm,
    KeyAlgorithm,
    RequestId,
    ResourceId
} from "../../../contracts/types/Ids.sol";
import {ActSigning} from "./ActSigning.sol";
import {earlyDaysOf, lateDaysOf} from "./CalendarYears.sol";

/// @dev Acts that are valid as they come.
abstract contract ActFactory is ActSigning {
    uint192 private _nonceKey;

    function nextNonce() internal returns (uint256) {
        return uint256(++_nonceKey) << 64;
    }

    function registration(
        DepartmentId department,
        DepartmentKind kind
    ) internal returns (DepartmentRegistration memory) {
        return
            DepartmentRegistration({
                authority: AUTHORITY,
                department: department,
                kind: kind,
                superior: NOBODY,
                region: "990100",
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

    function submission(ShareClass shareClass) internal returns (ResourceSubmission memory) {
        return
            ResourceSubmission({
                provider: PROVIDER,
                codeHash: CODE_HASH,
                version: 1,
                shareClass: shareClass,
                level: 3,
                fieldCount: 8,
                conditionsHash: shareClass == ShareClass.Conditional ? keccak256("conditions") : bytes32(0),
                denyBasisHash: shareClass == ShareClass.Denied ? keccak256("law") : bytes32(0),
                documentHash: DOCUMENT,
                hashAlgorithm: HashAlgorithm.Sha256,
                nonce: nextNonce(),
                expiresAt: DEADLINE
            });
    }

    function publication(ResourceId id) internal returns (ResourcePublication memory) {
        return
            ResourcePublication({
                authority: AUTHORITY,
                resourceId: id,
                version: 1,
                documentHash: DOCUMENT,
                nonce: nextNonce(),
                expiresAt: DEADLINE
            });
    }

    function request(ResourceId id) internal returns (ShareRequest memory) {
        return
            ShareRequest({
                requester: REQUESTER,
                resourceId: id,
                resourceVersion: 1,
                fields: 0x0f,
                notBefore: NOW,
                notAfter: NOW + 30 days,
                documentHash: DOCUMENT,
                hashAlgorithm: HashAlgorithm.Sha256,
                nonce: nextNonce(),
                expiresAt: DEADLINE
            });
    }

    function agreement(RequestId requestId) internal returns (ShareAgreement memory) {
        return
            ShareAgreement({
                provider: PROVIDER,
                requestId: requestId,
                fields: 0x07,
                notBefore: NOW + 1 days,
                notAfter: NOW + 20 days,
                documentHash: DOCUMENT,
                hashAlgorithm: HashAlgorithm.Sha256,
                nonce: nextNonce(),
                expiresAt: DEADLINE
            });
    }

    function refusal(RequestId requestId) internal returns (ShareRefusal memory) {
        return
            ShareRefusal({
                provider: PROVIDER,
                requestId: requestId,
                reasonCode: REASON,
                documentHash: DOCUMENT,
                hashAlgorithm: HashAlgorithm.Sha256,
                nonce: nextNonce(),
                expiresAt: DEADLINE
            });
    }

    function revocation(DepartmentId department, GrantId grantId) internal returns (GrantRevocation memory) {
        return
            GrantRevocation({
                department: department,
                grantId: grantId,
                reasonCode: REASON,
                documentHash: DOCUMENT,
                hashAlgorithm: HashAlgorithm.Sha256,
                nonce: nextNonce(),
                expiresAt: DEADLINE
            });
    }

    /// @dev The year as the State Council announced it; 2024 to 2026 are known.
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
