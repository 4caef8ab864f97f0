// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ShareClass} from "../../contracts/interfaces/IResourceCatalog.sol";
import {
    GrantRevocation,
    GrantStatus,
    RequestStatus,
    ShareAgreement,
    ShareRefusal,
    ShareRequest
} from "../../contracts/interfaces/IShareLedger.sol";
import {GrantId, RequestId} from "../../contracts/types/Ids.sol";
import {ActFuzz} from "./support/ActFuzz.sol";
import {Check} from "./support/Check.sol";

/// @dev See {ActFuzz}.
contract ShareActFuzzTest is ActFuzz {
    function test_fuzz_submitRequestBySig(
        uint256 fields,
        uint64 notBefore,
        uint64 notAfter,
        bytes32 documentHash,
        uint256 seed
    ) public {
        seed = mixed(seed);
        ShareClass shareClass = ShareClass(1 + ((seed >> 64) % 3));
        ShareRequest memory act = request(publishedResource(shareClass));
        (act.documentHash, act.hashAlgorithm) = (documentHash, algorithmFrom(seed));
        if (seed & 6 == 0) act.requester = departmentFrom(seed >> 16);
        if (seed & 24 == 0) act.resourceVersion = uint32((seed >> 8) % 3);
        if (seed & 32 == 0) (act.notBefore, act.notAfter) = (notBefore, notAfter);
        act.fields = seed & 1 == 0 ? fields : fields & 0xff;
        bool valid =
            (act.requester == REQUESTER || act.requester == AUTHORITY) &&
                shareClass != ShareClass.Denied &&
                act.resourceVersion == 1 &&
                act.fields != 0 &&
                act.fields <= 0xff &&
                isWindow(act.notBefore, act.notAfter) &&
                isDocument(act.documentHash, act.hashAlgorithm);

        expectOutcome(
            Attempt({
                target: address(shares),
                data: abi.encodeCall(shares.submitRequestBySig, (act, byOffice(act.requester, digest(act)))),
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
        bytes32 documentHash,
        uint256 seed
    ) public {
        seed = mixed(seed);
        ShareAgreement memory act = agreement(openRequest());
        (act.documentHash, act.hashAlgorithm) = (documentHash, algorithmFrom(seed));
        if (seed & 6 == 0) act.provider = departmentFrom(seed >> 16);
        if (seed & 24 == 0) (act.notBefore, act.notAfter) = (notBefore, notAfter);
        else if (seed & 32 == 0) (act.notBefore, act.notAfter) = (NOW + (notBefore % 10), NOW + (notAfter % 3e6));
        act.fields = seed & 1 == 0 ? fields : fields & 0x0f;
        bool valid =
            act.provider == PROVIDER &&
                act.fields != 0 &&
                act.fields <= 0x0f &&
                act.notBefore >= NOW &&
                act.notAfter <= NOW + 30 days &&
                isWindow(act.notBefore, act.notAfter) &&
                isDocument(act.documentHash, act.hashAlgorithm);

        expectOutcome(
            Attempt({
                target: address(shares),
                data: abi.encodeCall(shares.agreeBySig, (act, byOffice(act.provider, digest(act)))),
                query: abi.encodeCall(shares.grantOf, (grantIdOf(act)))
            }),
            valid
        );
        Check.isTrue(shares.requestOf(act.requestId).status != RequestStatus.Refused, "no other answer");
        Check.isTrue((shares.grantOf(grantIdOf(act)).status == GrantStatus.Active) == valid, "grant");
    }

    function test_fuzz_refuseBySig(bytes32 reasonCode, bytes32 documentHash, uint256 seed) public {
        seed = mixed(seed);
        ShareRefusal memory act = refusal(openRequest());
        (act.documentHash, act.hashAlgorithm) = (documentHash, algorithmFrom(seed));
        if (seed & 6 == 0) act.provider = departmentFrom(seed >> 16);
        act.reasonCode = seed & 24 == 0 ? bytes32(0) : reasonCode;
        bool valid = act.provider == PROVIDER && act.reasonCode != 0 && isDocument(act.documentHash, act.hashAlgorithm);

        expectOutcome(
            Attempt({
                target: address(shares),
                data: abi.encodeCall(shares.refuseBySig, (act, byOffice(act.provider, digest(act)))),
                query: abi.encodeCall(shares.requestOf, (act.requestId))
            }),
            valid
        );
        Check.isTrue((shares.requestOf(act.requestId).status == RequestStatus.Refused) == valid, "refused");
    }

    function test_fuzz_revokeBySig(GrantId otherGrant, bytes32 reasonCode, bytes32 documentHash, uint256 seed) public {
        seed = mixed(seed);
        GrantId grantId = agree(agreement(openRequest()));
        GrantRevocation memory act = revocation(departmentFrom(seed >> 16), seed & 6 == 0 ? otherGrant : grantId);
        (act.documentHash, act.hashAlgorithm) = (documentHash, algorithmFrom(seed));
        act.reasonCode = seed & 24 == 0 ? bytes32(0) : reasonCode;
        bool mayRevoke = act.department == PROVIDER || act.department == AUTHORITY || act.department == REGULATOR;
        bool valid =
            mayRevoke &&
                GrantId.unwrap(act.grantId) == GrantId.unwrap(grantId) &&
                act.reasonCode != 0 &&
                isDocument(act.documentHash, act.hashAlgorithm);

        expectOutcome(
            Attempt({
                target: address(shares),
                data: abi.encodeCall(shares.revokeBySig, (act, byOffice(act.department, digest(act)))),
                query: abi.encodeCall(shares.grantOf, (grantId))
            }),
            valid
        );
        Check.isTrue((shares.grantOf(grantId).status == GrantStatus.Revoked) == valid, "revoked");
    }

    function grantIdOf(ShareAgreement memory act) private pure returns (GrantId) {
        bytes memory terms = abi.encode(
            act.requestId,
            act.fields,
            act.notBefore,
            act.notAfter,
            act.documentHash,
            act.hashAlgorithm
        );
        return GrantId.wrap(keccak256(terms));
    }
}
