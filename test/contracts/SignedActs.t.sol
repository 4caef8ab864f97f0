// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {ERC7913P256Verifier} from "@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913P256Verifier.sol";
import {DepartmentAccountsChange} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {ShareClass} from "../../contracts/interfaces/IResourceCatalog.sol";
import {IShareLedger, ShareAgreement} from "../../contracts/interfaces/IShareLedger.sol";
import {ShareRequest} from "../../contracts/interfaces/IShareRequests.sol";
import {DepartmentRole, ISignedActs} from "../../contracts/interfaces/ISignedActs.sol";
import {DepartmentId, RequestId, ResourceId} from "../../contracts/types/Ids.sol";
import {JointStep} from "../../contracts/types/Step.sol";
import {AGREEMENT_TYPE} from "./support/ActTypes.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {Officers} from "./support/Officers.sol";
import {JointKind} from "./support/Steps.sol";
import {vm} from "./support/Vm.sol";

/// @dev The rules that all acts share, shown on `agree`, the act that gives a right.
contract SignedActsTest is LedgerTest {
    ResourceId private _resourceId;
    RequestId private _requestId;

    function setUp() public override {
        super.setUp();
        _resourceId = publishedResource(ShareClass.Conditional);
        _requestId = submitRequest(request(_resourceId));
    }

    function test_authenticate_acceptsTheLastSecond() public {
        ShareAgreement memory act = agreement(_requestId);
        act.expiresAt = NOW + 1 hours;
        vm.warp(act.expiresAt);
        agree(act);
    }

    function test_authenticate_acceptsAKeyBehindAVerifier() public {
        address verifier = address(new ERC7913P256Verifier());
        DepartmentAccountsChange memory accounts = accountsChange(PROVIDER);
        accounts.maker = accountOf(makerKey(PROVIDER));
        accounts.office = Officers.ofP256(verifier, 0x7e57);
        changeAccounts(accounts);
        ShareAgreement memory act = agreement(_requestId);
        expectInvalidSignature(act, Officers.signByP256(verifier, 0xbad, digest(act)).signature);
        bytes memory signature = Officers.signByP256(verifier, 0x7e57, digest(act)).signature;
        shares.agreeBySig(act, signature, byMaker(PROVIDER, digest(act)));
    }

    function test_authenticate_revertsAfterTheDeadline() public {
        ShareAgreement memory act = agreement(_requestId);
        act.expiresAt = NOW + 1 hours;
        vm.warp(uint256(act.expiresAt) + 1);
        bytes memory signature = byOffice(PROVIDER, digest(act));
        expectAgreementRefused(
            act,
            signature,
            abi.encodeWithSelector(ISignedActs.SignedActsExpired.selector, act.expiresAt, uint256(act.expiresAt) + 1)
        );
    }

    function test_authenticate_revertsForUnknownDepartment() public {
        ShareAgreement memory act = agreement(_requestId);
        act.provider = STRANGER;
        bytes memory signature = byOffice(STRANGER, digest(act));
        expectAgreementRefused(
            act,
            signature,
            abi.encodeWithSelector(ISignedActs.SignedActsDepartmentNotActive.selector, STRANGER)
        );
    }

    function test_authenticate_revertsForTheHead() public {
        ShareAgreement memory act = agreement(_requestId);
        expectInvalidSignature(act, byHead(PROVIDER, digest(act)));
    }

    function test_authenticate_revertsForAnotherDepartment() public {
        ShareAgreement memory act = agreement(_requestId);
        expectInvalidSignature(act, byOffice(REQUESTER, digest(act)));
    }

    function test_authenticate_revertsForAnotherContract() public {
        ShareAgreement memory act = agreement(_requestId);
        IShareLedger other = deployShares();
        expectInvalidSignature(
            act,
            byOffice(PROVIDER, digestOf(address(other), "ShareLedger", AGREEMENT_TYPE, abi.encode(act)))
        );
        expectInvalidSignature(
            act,
            byOffice(PROVIDER, digestOf(address(shares), "ResourceCatalog", AGREEMENT_TYPE, abi.encode(act)))
        );
    }

    function test_authenticate_revertsForAnotherChain() public {
        ShareAgreement memory act = agreement(_requestId);
        uint256 home = block.chainid;
        vm.chainId(home + 1);
        bytes memory signature = byOffice(PROVIDER, digest(act));
        vm.chainId(home);
        expectInvalidSignature(act, signature);
    }

    function test_authenticate_revertsForDamagedSignatures() public {
        ShareAgreement memory act = agreement(_requestId);
        bytes memory good = byOffice(PROVIDER, digest(act));
        expectInvalidSignature(act, "");
        expectInvalidSignature(act, abi.encodePacked(good, bytes1(0)));
        expectInvalidSignature(act, new bytes(65));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(officeKey(PROVIDER), digest(act));
        bytes32 mirrored = bytes32(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141 - uint256(s));
        expectInvalidSignature(act, abi.encodePacked(r, mirrored, v == 27 ? uint8(28) : uint8(27)));
    }

    /// @dev The second signature: of the maker, of nobody else, over the same act.
    function test_cosign_revertsForAnyoneButTheMaker() public {
        ShareAgreement memory act = agreement(_requestId);
        bytes32 actDigest = digest(act);
        uint256[4] memory others = [officeKey(PROVIDER), headKey(PROVIDER), makerKey(REQUESTER), officeKey(AUTHORITY)];
        bytes memory signature = byOffice(PROVIDER, actDigest);
        for (uint256 i = 0; i <= others.length; ++i) {
            bytes memory second = i < others.length ? signed(others[i], actDigest) : bytes("");
            expectRefused(
                address(shares),
                abi.encodeCall(shares.agreeBySig, (act, signature, second)),
                abi.encodeWithSelector(
                    ISignedActs.SignedActsInvalidSignature.selector,
                    PROVIDER,
                    DepartmentRole.Maker,
                    actDigest
                )
            );
        }
    }

    function test_cosign_revertsForASuspendedAuthority() public {
        JointStep memory act = jointStep(PROVIDER, AUTHORITY, RequestId.unwrap(_requestId), NOW + 30 days);
        suspendDepartment(AUTHORITY);
        expectRefused(
            JointKind.ExtendAnswer,
            act,
            abi.encodeWithSelector(ISignedActs.SignedActsDepartmentNotActive.selector, AUTHORITY)
        );
        act.authority = STRANGER;
        expectRefused(
            JointKind.ExtendAnswer,
            act,
            abi.encodeWithSelector(ISignedActs.SignedActsDepartmentNotActive.selector, STRANGER)
        );
    }

    function test_authenticate_takesANonceOnce() public {
        ShareRequest memory act = request(_resourceId);
        submitRequest(act);
        Check.equal(shares.nonceOf(REQUESTER, uint192(act.nonce >> 64)), act.nonce + 1, "next nonce");
        expectNonceRefused(act, act.nonce + 1);
    }

    function test_authenticate_countsNoncesUnderAKey() public {
        ShareRequest memory act = request(_resourceId);
        uint256 first = act.nonce;
        act.nonce = first + 1;
        expectNonceRefused(act, first);
        act.nonce = first;
        submitRequest(act);
        act.nonce = first + 1;
        submitRequest(act);
    }

    function test_authenticate_takesTheUnkeyedNonce() public {
        ShareRequest memory act = request(_resourceId);
        act.nonce = 0;
        submitRequest(act);
        Check.equal(shares.nonceOf(REQUESTER, 0), 1, "next nonce");
    }

    function test_authenticate_keepsTheNoncesOfDepartmentsApart() public {
        ShareRequest memory act = request(_resourceId);
        submitRequest(act);
        act.requester = AUTHORITY;
        submitRequest(act);
    }

    function test_fuzz_authenticate_ignoresWhoCarriesTheAct(address relayer) public {
        ShareAgreement memory act = agreement(_requestId);
        bytes memory signature = byOffice(PROVIDER, digest(act));
        bytes memory makerSignature = byMaker(PROVIDER, digest(act));
        vm.prank(relayer);
        shares.agreeBySig(act, signature, makerSignature);
    }

    function test_fuzz_authenticate_theSenderGivesNoRight(uint256 key) public {
        ShareAgreement memory act = agreement(_requestId);
        bytes memory signature = signed((key % (2 ** 200)) + 1, digest(act));
        bytes memory makerSignature = byMaker(PROVIDER, digest(act));
        bytes memory data = abi.encodeCall(shares.agreeBySig, (act, signature, makerSignature));
        bytes32 actDigest = digest(act);
        vm.prank(vm.addr(officeKey(PROVIDER)));
        (bool done, bytes memory answer) = address(shares).call(data);
        Check.refused(
            done,
            answer,
            abi.encodeWithSelector(
                ISignedActs.SignedActsInvalidSignature.selector,
                PROVIDER,
                DepartmentRole.Office,
                actDigest
            )
        );
    }

    function expectInvalidSignature(ShareAgreement memory act, bytes memory signature) private {
        expectAgreementRefused(
            act,
            signature,
            abi.encodeWithSelector(
                ISignedActs.SignedActsInvalidSignature.selector,
                act.provider,
                DepartmentRole.Office,
                digest(act)
            )
        );
    }

    function expectAgreementRefused(
        ShareAgreement memory act,
        bytes memory signature,
        bytes memory revertData
    ) private {
        bytes memory makerSignature = byMaker(act.provider, digest(act));
        expectRefused(address(shares), abi.encodeCall(shares.agreeBySig, (act, signature, makerSignature)), revertData);
    }

    function expectNonceRefused(ShareRequest memory act, uint256 expected) private {
        address owner = address(bytes20(DepartmentId.unwrap(act.requester)));
        expectRefused(
            address(shares),
            callOf(act),
            abi.encodeWithSelector(Nonces.InvalidAccountNonce.selector, owner, expected)
        );
    }
}
