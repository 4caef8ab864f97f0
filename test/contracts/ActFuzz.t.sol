// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    AccessKeyRegistration,
    AccessKeyRevocation,
    DepartmentAccountsChange,
    DepartmentKind,
    DepartmentRegistration,
    DepartmentStatus,
    DepartmentStatusChange
} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {
    IResourceCatalog,
    ResourcePublication,
    ResourceStatus,
    ResourceSubmission,
    ShareClass
} from "../../contracts/interfaces/IResourceCatalog.sol";
import {
    GrantRevocation,
    GrantStatus,
    RequestStatus,
    ShareAgreement,
    ShareRefusal,
    ShareRequest
} from "../../contracts/interfaces/IShareLedger.sol";
import {DepartmentRole} from "../../contracts/interfaces/ISignedActs.sol";
import {
    AccessKeyId,
    DepartmentId,
    GrantId,
    HashAlgorithm,
    KeyAlgorithm,
    RequestId,
    ResourceId
} from "../../contracts/types/Ids.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";

/**
 * @dev Every act with every field at random: it is recorded exactly when a second statement of its rules, written here,
 * holds, and otherwise changes nothing. Seeds are folded so that about half of the runs are valid.
 */
contract ActFuzzTest is LedgerTest {
    bytes private constant ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    function test_fuzz_registerDepartmentBySig(
        bytes18 superior,
        bytes6 region,
        bytes memory office,
        bytes memory head,
        uint256 seed
    ) public {
        seed = mixed(seed);
        DepartmentRegistration memory act = registration(
            codeFrom(seed, seed & 1024 != 0),
            DepartmentKind((seed >> 16) % 6)
        );
        (act.superior, act.region, act.office, act.head) = (DepartmentId.wrap(superior), region, office, head);
        if (seed & 64 == 0) act.superior = NOBODY;
        if (seed & 128 == 0) act.region = "990100";
        if (seed & 256 == 0) act.office = abi.encodePacked(address(uint160(seed | 1)));
        if (seed & 512 == 0) act.head = abi.encodePacked(address(this), seed);
        bool valid =
            seed & 1024 != 0 &&
                act.kind != DepartmentKind.None &&
                act.superior == NOBODY &&
                isRegion(act.region) &&
                isAccount(act.office) &&
                isAccount(act.head) &&
                keccak256(act.office) != keccak256(act.head);
        expectOutcome(
            address(registry),
            abi.encodeCall(registry.registerDepartmentBySig, (act, byOffice(AUTHORITY, digest(act)))),
            valid
        );
        Check.isTrue((registry.departmentOf(act.department).kind != DepartmentKind.None) == valid, "department");
    }

    function test_fuzz_changeDepartmentAccountsBySig(bytes memory office, bytes memory head, uint256 seed) public {
        seed = mixed(seed);
        DepartmentAccountsChange memory act = accountsChange(seed & 1 == 0 ? PROVIDER : STRANGER);
        (act.office, act.head) = (office, head);
        if (seed & 2 == 0) act.office = abi.encodePacked(address(uint160(seed | 1)));
        if (seed & 4 == 0) act.head = abi.encodePacked(address(this), seed);
        bool valid =
            act.department == PROVIDER &&
                isAccount(act.office) &&
                isAccount(act.head) &&
                keccak256(act.office) != keccak256(act.head);

        expectOutcome(
            address(registry),
            abi.encodeCall(registry.changeDepartmentAccountsBySig, (act, byOffice(AUTHORITY, digest(act)))),
            valid
        );
        (bytes memory account, , ) = registry.signerOf(PROVIDER, DepartmentRole.Office);
        Check.equal(account, valid ? act.office : accountOf(officeKey(PROVIDER)), "office");
    }

    function test_fuzz_changeDepartmentStatusBySig(uint256 seed, bytes32 reasonCode) public {
        seed = mixed(seed);
        bool suspended = seed & 1 == 0;
        if (suspended) setStatus(PROVIDER, DepartmentStatus.Suspended);
        DepartmentStatusChange memory act = statusChange(PROVIDER, DepartmentStatus((seed >> 1) % 3));
        act.reasonCode = reasonCode;
        bool valid = act.status == (suspended ? DepartmentStatus.Active : DepartmentStatus.Suspended);

        expectOutcome(
            address(registry),
            abi.encodeCall(registry.changeDepartmentStatusBySig, (act, byOffice(AUTHORITY, digest(act)))),
            valid
        );
        DepartmentStatus status = registry.departmentOf(PROVIDER).status;
        Check.isTrue((status == DepartmentStatus.Suspended) == (suspended != valid), "status");
    }

    function test_fuzz_registerAccessKeyBySig(
        bytes memory publicKey,
        uint64 notBefore,
        uint64 notAfter,
        uint256 seed
    ) public {
        seed = mixed(seed);
        AccessKeyRegistration memory act = keyRegistration(REQUESTER);
        (act.publicKey, act.notBefore, act.notAfter) = (publicKey, notBefore, notAfter);
        act.algorithm = KeyAlgorithm((seed >> 64) % 3);
        if (seed & 8 == 0) act.publicKey = abi.encodePacked(seed);
        else if (seed & 16 == 0) act.publicKey = abi.encodePacked(seed, seed);
        if (seed & 32 == 0) (act.notBefore, act.notAfter) = (NOW - 5, NOW + 1 + uint64(seed >> 200));
        uint256 length = act.publicKey.length;
        bool valid =
            (act.algorithm == KeyAlgorithm.Ed25519 ? length == 32 : length == 64) &&
                act.algorithm != KeyAlgorithm.None &&
                act.notBefore < act.notAfter &&
                act.notAfter > NOW;

        expectOutcome(
            address(registry),
            abi.encodeCall(registry.registerAccessKeyBySig, (act, byOffice(REQUESTER, digest(act)))),
            valid
        );
        AccessKeyId keyId = AccessKeyId.wrap(keccak256(abi.encode(act.algorithm, act.publicKey)));
        Check.isTrue((registry.accessKeyOf(keyId).department == REQUESTER) == valid, "key");
    }

    function test_fuzz_revokeAccessKeyBySig(bytes32 otherKey, uint256 seed) public {
        seed = mixed(seed);
        AccessKeyRegistration memory key = keyRegistration(REQUESTER);
        AccessKeyId keyId = registry.registerAccessKeyBySig(key, byOffice(REQUESTER, digest(key)));
        AccessKeyRevocation memory act = keyRevocation(
            seed & 1 == 0 ? REQUESTER : departmentFrom(seed >> 8),
            seed & 2 == 0 ? keyId : AccessKeyId.wrap(otherKey)
        );
        bool valid = act.department == REQUESTER && AccessKeyId.unwrap(act.keyId) == AccessKeyId.unwrap(keyId);

        expectOutcome(
            address(registry),
            abi.encodeCall(registry.revokeAccessKeyBySig, (act, byOffice(act.department, digest(act)))),
            valid
        );
        Check.isTrue((registry.accessKeyOf(keyId).revokedAt == NOW) == valid, "revoked");
    }

    function test_fuzz_submitResourceBySig(
        bytes32 codeHash,
        bytes32 conditionsHash,
        bytes32 denyBasisHash,
        bytes32 documentHash,
        uint256 seed
    ) public {
        seed = mixed(seed);
        ResourceSubmission memory act = submission(ShareClass((seed >> 64) % 4));
        (act.codeHash, act.documentHash, act.hashAlgorithm) = (codeHash, documentHash, algorithmFrom(seed));
        if (seed & 1 == 0) (act.conditionsHash, act.denyBasisHash) = (conditionsHash, denyBasisHash);
        if (seed & 2 == 0) act.provider = departmentFrom(seed >> 8);
        if (seed & 12 == 0) act.version = uint32((seed >> 12) % 3);
        if (seed & 48 == 0) act.level = uint8((seed >> 16) % 6);
        act.fieldCount = uint16((seed >> 24) % 300);
        bool valid =
            (act.provider == PROVIDER || act.provider == REQUESTER || act.provider == AUTHORITY) &&
                act.version == 1 &&
                isEntryValid(act);

        expectOutcome(
            address(catalog),
            abi.encodeCall(catalog.submitResourceBySig, (act, byHead(act.provider, digest(act)))),
            valid
        );
        ResourceId id = ResourceId.wrap(keccak256(abi.encode(act.provider, act.codeHash)));
        bool recorded = catalog.versionOf(id, act.version).status == ResourceStatus.Submitted;
        Check.isTrue(recorded == valid, "version");
    }

    function test_fuzz_publishResourceBySig(
        ResourceId otherId,
        uint32 otherVersion,
        bytes32 otherDocument,
        uint256 seed
    ) public {
        seed = mixed(seed);
        ResourceId id = submit(submission(ShareClass.Unconditional));
        ResourcePublication memory act = publication(id);
        if (seed & 1 == 0) act.authority = departmentFrom(seed >> 8);
        if (seed & 6 == 0) act.resourceId = otherId;
        if (seed & 24 == 0) act.version = otherVersion;
        if (seed & 96 == 0) act.documentHash = otherDocument;
        bool valid =
            act.authority == AUTHORITY &&
                ResourceId.unwrap(act.resourceId) == ResourceId.unwrap(id) &&
                act.version == 1 &&
                act.documentHash == DOCUMENT;

        expectOutcome(
            address(catalog),
            abi.encodeCall(catalog.publishResourceBySig, (act, byOffice(act.authority, digest(act)))),
            valid
        );
        (, uint32 publishedVersion) = catalog.resourceOf(id);
        Check.equal(publishedVersion, valid ? 1 : 0, "published version");
    }

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
            address(shares),
            abi.encodeCall(shares.submitRequestBySig, (act, byOffice(act.requester, digest(act)))),
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
            address(shares),
            abi.encodeCall(shares.agreeBySig, (act, byOffice(act.provider, digest(act)))),
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
            address(shares),
            abi.encodeCall(shares.refuseBySig, (act, byOffice(act.provider, digest(act)))),
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
            address(shares),
            abi.encodeCall(shares.revokeBySig, (act, byOffice(act.department, digest(act)))),
            valid
        );
        Check.isTrue((shares.grantOf(grantId).status == GrantStatus.Revoked) == valid, "revoked");
    }

    function expectOutcome(address target, bytes memory data, bool valid) private {
        (bool done, ) = target.call(data);
        Check.isTrue(done == valid, valid ? "a valid act was refused" : "an invalid act was recorded");
    }

    /// @dev The runner likes small numbers; every flag below is to be as likely set as not.
    function mixed(uint256 seed) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed)));
    }

    function departmentFrom(uint256 seed) private pure returns (DepartmentId) {
        DepartmentId[6] memory all = [AUTHORITY, PROVIDER, REQUESTER, REGULATOR, GOVERNMENT, OPERATOR];
        return all[seed % 6];
    }
    function algorithmFrom(uint256 seed) private pure returns (HashAlgorithm) {
        return (seed >> 128) % 4 != 0 ? HashAlgorithm.Sha256 : HashAlgorithm((seed >> 130) % 4);
    }

    function codeFrom(uint256 seed, bool valid) private pure returns (DepartmentId) {
        bytes memory code = new bytes(18);
        uint256 sum = 0;
        for (uint256 i = 0; i < 17; ++i) {
            uint256 value = uint256(keccak256(abi.encode(seed, i))) % 31;
            code[i] = ALPHABET[value];
            sum += value * 3 ** i;
        }
        code[17] = ALPHABET[(62 - (sum % 31) + (valid ? 0 : 1)) % 31];
        return DepartmentId.wrap(bytes18(code));
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

    function isEntryValid(ResourceSubmission memory act) private pure returns (bool) {
        bool conditions = act.conditionsHash != 0;
        bool denyBasis = act.denyBasisHash != 0;
        bool classed =
            (act.shareClass == ShareClass.Unconditional && !conditions && !denyBasis) ||
                (act.shareClass == ShareClass.Conditional && conditions && !denyBasis) ||
                (act.shareClass == ShareClass.Denied && !conditions && denyBasis);
        bool levelled = act.level >= 1 && act.level <= 4;
        bool counted = act.fieldCount >= 1 && act.fieldCount <= 256;
        return classed && levelled && counted && isDocument(act.documentHash, act.hashAlgorithm);
    }

    function isDocument(bytes32 documentHash, HashAlgorithm hashAlgorithm) private pure returns (bool) {
        return documentHash != 0 && hashAlgorithm == HashAlgorithm.Sha256;
    }

    function isWindow(uint64 notBefore, uint64 notAfter) private pure returns (bool) {
        return notBefore < notAfter && notAfter > NOW;
    }

    function isAccount(bytes memory account) private pure returns (bool) {
        return account.length >= 20 && bytes20(account) != bytes20(0);
    }

    function isRegion(bytes6 region) private pure returns (bool) {
        for (uint256 i = 0; i < 6; ++i) {
            uint8 digit = uint8(region[i]);
            if (digit < 48 || digit > 57) return false;
        }
        return true;
    }
}
