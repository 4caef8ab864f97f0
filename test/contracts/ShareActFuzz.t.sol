// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ShareClass} from "../../contracts/interfaces/IResourceCatalog.sol";
import {GrantChange, GrantStatus, ShareAgreement} from "../../contracts/interfaces/IShareLedger.sol";
import {RequestKind, RequestStatus, ShareRefusal, ShareRequest} from "../../contracts/interfaces/IShareRequests.sol";
import {GrantId, HashAlgorithm, RequestId} from "../../contracts/types/Ids.sol";
import {ReasonCodes} from "../../contracts/types/ReasonCodes.sol";
import {ActFuzz} from "./support/ActFuzz.sol";
import {Check} from "./support/Check.sol";

/// @dev See {ActFuzz}.
contract ShareActFuzzTest is ActFuzz {
    function test_fuzz_submitRequestBySig(
        uint256 fields,
        bytes12 regionPrefix,
        uint64 notBefore,
        uint64 notAfter,
        uint256 seed
    ) public {
        seed = mixed(seed);
        ShareClass shareClass = ShareClass(1 + ((seed >> 64) % 3));
        ShareRequest memory act = request(publishedResource(shareClass));
        (act.documentHash, act.hashAlgorithm) = (bytes32(seed >> 253), algorithmFrom(seed));
        if (seed & 6 == 0) act.requester = seed & 64 == 0 ? BRANCH : departmentFrom(seed >> 16);
        if (seed & 24 == 0) act.resourceVersion = uint32((seed >> 8) % 3);
        if (seed & 32 == 0) (act.notBefore, act.notAfter) = (notBefore, notAfter);
        if (seed & 384 == 0) act.kind = RequestKind((seed >> 72) % 6);
        if (seed & 512 == 0) act.regionPrefix = seed & 1024 == 0 ? regionPrefix : bytes12("9901020");
        act.fields = seed & 1 == 0 ? fields : fields & 0xff;
        bool valid =
            (act.requester == REQUESTER || act.requester == AUTHORITY || act.requester == BRANCH) &&
                shareClass != ShareClass.Denied &&
                act.resourceVersion == 1 &&
                act.fields != 0 &&
                act.fields <= 0xff &&
                isKindValid(act) &&
                isRegion(act.regionPrefix) &&
                isWindow(act.notBefore, act.notAfter) &&
                isDocument(act.documentHash, act.hashAlgorithm);

        expectOutcome(
            Attempt({
                target: address(shares),
                data: callOf(act),
                query: abi.encodeCall(shares.requestOf, (RequestId.wrap(digest(act))))
            }),
            valid
        );
        RequestStatus status = shares.requestOf(RequestId.wrap(digest(act))).status;
        Check.isTrue((status == RequestStatus.Submitted) == valid, "request");
    }

    function test_fuzz_agreeBySig(
        uint256 fields,
        uint64 notBefore,
        uint64 notAfter,
        bytes32 conditionsHash,
        uint256 seed
    ) public {
        seed = mixed(seed);
        ShareAgreement memory act = agreement(openRequest());
        (act.documentHash, act.hashAlgorithm) = (bytes32(seed >> 253), algorithmFrom(seed));
        if (seed & 6 == 0) act.provider = departmentFrom(seed >> 16);
        if (seed & 24 == 0) (act.notBefore, act.notAfter) = (notBefore, notAfter);
        else if (seed & 32 == 0) (act.notBefore, act.notAfter) = (NOW + (notBefore % 10), NOW + (notAfter % 3e7));
        if (seed & 64 == 0) act.conditionsHash = seed & 128 == 0 ? CONDITIONS : conditionsHash;
        if (seed & 768 == 0) act.disposalDays = uint16((seed >> 72) % 500);
        if (seed & 3072 == 0) act.regionPrefix = bytes12(uint96(seed >> 80));
        act.fields = seed & 1 == 0 ? fields : fields & 0x0f;
        expectAgreement(act, isAgreementValid(act));
    }

    function expectAgreement(ShareAgreement memory act, bool valid) private {
        GrantId grantId = grantIdOf(act.requestId, act.fields, act.notBefore, act.notAfter, act.documentHash);
        expectOutcome(
            Attempt({
                target: address(shares),
                data: callOf(act),
                query: abi.encodeCall(shares.requestOf, (act.requestId))
            }),
            valid
        );
        Check.isTrue(shares.requestOf(act.requestId).status != RequestStatus.Refused, "no other answer");
        Check.isTrue((shares.grantOf(grantId).status == GrantStatus.Issued) == valid, "grant");
    }

    function isAgreementValid(ShareAgreement memory act) private pure returns (bool) {
        return
            act.provider == PROVIDER &&
            act.fields != 0 &&
            act.fields <= 0x0f &&
            act.notBefore >= NOW &&
            act.notAfter <= NOW + 300 days &&
            (act.conditionsHash == 0 || act.conditionsHash == CONDITIONS) &&
            act.disposalDays >= 1 &&
            act.disposalDays <= 366 &&
            isRegion(act.regionPrefix) &&
            isWindow(act.notBefore, act.notAfter) &&
            isDocument(act.documentHash, act.hashAlgorithm);
    }

    function test_fuzz_refuseBySig(bytes32 reasonCode, bytes32 groundsHash, bytes32 documentHash, uint256 seed) public {
        seed = mixed(seed);
        ShareRefusal memory act = refusal(openRequest());
        (act.documentHash, act.hashAlgorithm) = (documentHash, algorithmFrom(seed));
        if (seed & 6 == 0) act.provider = departmentFrom(seed >> 16);
        bytes32[4] memory reasons = [
            ReasonCodes.FORBIDDEN_BY_LAW,
            ReasonCodes.CONDITION_NOT_MET,
            ReasonCodes.CONDITION_NOT_MET,
            seed & 8 == 0 ? bytes32(0) : reasonCode
        ];
        act.reasonCode = reasons[(seed >> 24) % 4];
        bytes32[3] memory grounds = [bytes32(0), CONDITIONS, groundsHash];
        act.groundsHash = grounds[(seed >> 32) % 3];
        bool isCondition = act.reasonCode == ReasonCodes.CONDITION_NOT_MET && act.groundsHash == CONDITIONS;
        bool isLaw = act.reasonCode == ReasonCodes.FORBIDDEN_BY_LAW && act.groundsHash != 0;
        bool valid =
            act.provider == PROVIDER && (isCondition || isLaw) && isDocument(act.documentHash, act.hashAlgorithm);

        expectOutcome(
            Attempt({
                target: address(shares),
                data: callOf(act),
                query: abi.encodeCall(shares.requestOf, (act.requestId))
            }),
            valid
        );
        Check.isTrue((shares.requestOf(act.requestId).status == RequestStatus.Refused) == valid, "refused");
    }

    function test_fuzz_changeGrantBySig(uint256 fields, uint64 notBefore, uint64 notAfter, uint256 seed) public {
        seed = mixed(seed);
        GrantId grantId = activeGrant();
        GrantChange memory act = change(seed & 48 == 0 ? GrantId.wrap(bytes32(fields)) : grantId);
        (act.documentHash, act.hashAlgorithm) = (bytes32(seed >> 253), algorithmFrom(seed));
        if (seed & 6 == 0) act.provider = departmentFrom(seed >> 16);
        if (seed & 24 == 0) act.authority = departmentFrom(seed >> 32);
        if (seed & 64 == 0) (act.notBefore, act.notAfter) = (NOW + (notBefore % 10), NOW + (notAfter % 3e7));
        if (seed & 384 == 0) act.negotiationHash = 0;
        act.fields = seed & 1 == 0 ? fields : fields & 0x0f;
        bool valid =
            act.provider == PROVIDER &&
                act.authority == AUTHORITY &&
                GrantId.unwrap(act.grantId) == GrantId.unwrap(grantId) &&
                act.fields != 0 &&
                act.fields <= 0x0f &&
                act.notAfter <= NOW + 300 days &&
                act.negotiationHash != 0 &&
                isWindow(act.notBefore, act.notAfter) &&
                isDocument(act.documentHash, act.hashAlgorithm);

        expectOutcome(
            Attempt({target: address(shares), data: callOf(act), query: abi.encodeCall(shares.grantOf, (grantId))}),
            valid
        );
        Check.isTrue((shares.grantOf(grantId).status == GrantStatus.Changed) == valid, "changed");
    }

    /// @dev No prior grant is named: then only a new request is one, and a return to the branch of its own rows.
    function isKindValid(ShareRequest memory act) private pure returns (bool) {
        if (act.kind == RequestKind.New) return true;
        return
            act.kind == RequestKind.Reflow && act.requester == BRANCH && bytes6(act.regionPrefix) == bytes6("990102");
    }

    function isRegion(bytes12 prefix) private pure returns (bool) {
        uint256 length = 0;
        while (length < 12 && uint8(prefix[length]) >= 48 && uint8(prefix[length]) <= 57) ++length;
        for (uint256 i = length; i < 12; ++i) if (prefix[i] != 0) return false;
        return true;
    }

    function grantIdOf(
        RequestId requestId,
        uint256 fields,
        uint64 notBefore,
        uint64 notAfter,
        bytes32 documentHash
    ) private pure returns (GrantId) {
        return
            GrantId.wrap(
                keccak256(abi.encode(requestId, fields, notBefore, notAfter, documentHash, HashAlgorithm.Sha256))
            );
    }
}
