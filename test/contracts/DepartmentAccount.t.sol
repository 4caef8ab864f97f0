// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {MultiSignerERC7913} from "@openzeppelin/contracts/utils/cryptography/signers/MultiSignerERC7913.sol";
import {ERC7913P256Verifier} from "@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913P256Verifier.sol";
import {ERC7913WebAuthnVerifier} from "@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913WebAuthnVerifier.sol";
import {DepartmentAccount} from "../../contracts/DepartmentAccount.sol";
import {IDepartmentAccount} from "../../contracts/interfaces/IDepartmentAccount.sol";
import {DepartmentAccountsChange} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {GrantStatus, ShareAgreement} from "../../contracts/interfaces/IShareLedger.sol";
import {DepartmentRole, ISignedActs} from "../../contracts/interfaces/ISignedActs.sol";
import {GrantId, RequestId} from "../../contracts/types/Ids.sol";
import {AGREEMENT_TYPE} from "./support/ActTypes.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {Officers, OfficerSignature} from "./support/Officers.sol";
import {vm} from "./support/Vm.sol";

/// @dev The provider's office is an account of three officers (an address, a P-256 key, a passkey), two of whom sign.
contract DepartmentAccountTest is LedgerTest {
    uint256 private constant CLERK = 0xc1e4c;
    uint256 private constant TOKEN = 0x70ce4;
    uint256 private constant PASSKEY = 0x9a55;

    address private _p256;
    address private _webAuthn;
    DepartmentAccount private _office;
    RequestId private _requestId;

    function setUp() public override {
        super.setUp();
        _p256 = address(new ERC7913P256Verifier());
        _webAuthn = address(new ERC7913WebAuthnVerifier());
        _office = new DepartmentAccount(officers(), 2);
        DepartmentAccountsChange memory act = accountsChange(PROVIDER);
        act.maker = accountOf(makerKey(PROVIDER));
        act.office = abi.encodePacked(address(_office));
        act.head = accountOf(headKey(PROVIDER));
        changeAccounts(act);
        _requestId = openRequest();
    }

    function test_constructor_keepsOfficersAndThreshold() public view {
        Check.equal(_office.threshold(), 2, "threshold");
        Check.equal(_office.getSignerCount(), 3, "officers");
        Check.isTrue(_office.isSigner(Officers.ofAddress(CLERK)), "clerk");
        Check.isTrue(!_office.isSigner(Officers.ofAddress(TOKEN)), "stranger");
    }

    function test_constructor_revertsForUnreachableThreshold() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                MultiSignerERC7913.MultiSignerERC7913UnreachableThreshold.selector,
                uint64(3),
                uint64(4)
            )
        );
        new DepartmentAccount(officers(), 4);
    }

    function test_constructor_revertsForZeroThreshold() public {
        vm.expectRevert(abi.encodeWithSelector(MultiSignerERC7913.MultiSignerERC7913ZeroThreshold.selector));
        new DepartmentAccount(officers(), 0);
    }

    function test_constructor_revertsForTheSameOfficerTwice() public {
        bytes[] memory twice = officers();
        twice[2] = twice[0];
        vm.expectRevert(abi.encodeWithSelector(MultiSignerERC7913.MultiSignerERC7913AlreadyExists.selector, twice[0]));
        new DepartmentAccount(twice, 2);
    }

    function test_constructor_revertsForTooShortOfficer() public {
        bytes[] memory short = officers();
        short[1] = hex"1234";
        vm.expectRevert(abi.encodeWithSelector(MultiSignerERC7913.MultiSignerERC7913InvalidSigner.selector, short[1]));
        new DepartmentAccount(short, 2);
    }

    /// @dev The identity precompile (4) would sign for whoever is asked.
    function test_constructor_revertsForVerifiersWithoutCode() public {
        address[3] memory wrong = [address(4), address(1), address(0xa1)];
        for (uint256 i = 0; i < wrong.length; ++i) {
            bytes[] memory list = officers();
            list[2] = abi.encodePacked(wrong[i], uint256(1), uint256(2));
            vm.expectRevert(
                abi.encodeWithSelector(IDepartmentAccount.DepartmentAccountVerifierMissing.selector, list[2])
            );
            new DepartmentAccount(list, 2);
        }
    }

    function test_isValidSignature_answersPerErc1271() public view {
        bytes32 actDigest = keccak256("act");
        bytes memory good = Officers.together(byClerk(actDigest), byPasskey(actDigest));
        Check.isTrue(_office.isValidSignature(actDigest, good) == IERC1271.isValidSignature.selector, "valid");
        Check.isTrue(_office.isValidSignature(keccak256("other"), good) == 0xffffffff, "another digest");
        Check.isTrue(_office.isValidSignature(actDigest, "") == 0xffffffff, "empty");
        Check.isTrue(_office.isValidSignature(actDigest, new bytes(64)) == 0xffffffff, "nobody");
        Check.isTrue(_office.isValidSignature(actDigest, hex"deadbeef") == 0xffffffff, "garbage");
    }

    function test_agreeBySig_acceptsEachPairOfOfficers() public {
        for (uint256 pair = 0; pair < 3; ++pair) {
            ShareAgreement memory act = agreement(pair == 0 ? _requestId : submitRequest(request(resourceId())));
            bytes32 actDigest = digest(act);
            OfficerSignature memory first = pair == 2 ? byToken(actDigest) : byClerk(actDigest);
            OfficerSignature memory second = pair == 0 ? byToken(actDigest) : byPasskey(actDigest);
            bytes memory signature = Officers.together(first, second);
            GrantId grantId = shares.agreeBySig(act, signature, byMaker(PROVIDER, actDigest));
            Check.isTrue(shares.grantOf(grantId).status == GrantStatus.Issued, "grant");
        }
    }

    function test_agreeBySig_revertsForOneOfficerWhereTwoAreNeeded() public {
        ShareAgreement memory act = agreement(_requestId);
        expectRefusal(act, Officers.alone(byClerk(digest(act))));
        expectRefusal(act, Officers.alone(byPasskey(digest(act))));
        expectRefusal(act, byClerk(digest(act)).signature);
    }

    function test_agreeBySig_revertsForTheSameOfficerTwice() public {
        ShareAgreement memory act = agreement(_requestId);
        OfficerSignature memory clerk = byClerk(digest(act));
        OfficerSignature memory passkey = byPasskey(digest(act));
        expectRefusal(act, Officers.together(clerk, clerk));
        expectRefusal(act, Officers.together(passkey, passkey));
    }

    function test_agreeBySig_revertsForAnOutsider() public {
        ShareAgreement memory act = agreement(_requestId);
        bytes32 actDigest = digest(act);
        expectRefusal(act, Officers.together(byClerk(actDigest), Officers.signByAddress(0xbad, actDigest)));
        expectRefusal(act, Officers.together(byClerk(actDigest), Officers.signByP256(_p256, 0xbad, actDigest)));
    }

    function test_agreeBySig_revertsForAnOfficerUnderAnotherVerifier() public {
        ShareAgreement memory act = agreement(_requestId);
        bytes32 actDigest = digest(act);
        expectRefusal(act, Officers.together(byClerk(actDigest), Officers.signByP256(_p256, PASSKEY, actDigest)));
    }

    function test_agreeBySig_revertsForAnAssertionOfAnotherAct() public {
        ShareAgreement memory act = agreement(_requestId);
        OfficerSignature memory passkey = byPasskey(digest(agreement(_requestId)));
        expectRefusal(act, Officers.together(byClerk(digest(act)), passkey));
    }

    function test_agreeBySig_revertsForAnotherContractAndAnotherChain() public {
        ShareAgreement memory act = agreement(_requestId);
        address other = address(deployShares());
        bytes32 foreign = digestOf(other, "ShareLedger", AGREEMENT_TYPE, abi.encode(act));
        expectRefusal(act, Officers.together(byClerk(foreign), byPasskey(foreign)));

        uint256 home = block.chainid;
        vm.chainId(home + 1);
        foreign = digest(act);
        vm.chainId(home);
        expectRefusal(act, Officers.together(byToken(foreign), byPasskey(foreign)));
    }

    /// @dev Whoever carries an act can append zeros, which the account does not look at.
    function test_agreeBySig_boundsTheLengthOfBothSignatures() public {
        ShareAgreement memory act = agreement(_requestId);
        bytes32 actDigest = digest(act);
        bytes memory good = Officers.together(byClerk(actDigest), byPasskey(actDigest));
        bytes memory longest = lengthened(good, 32_768);
        bytes memory tooLong = lengthened(good, 32_769);
        bytes memory byItsMaker = byMaker(PROVIDER, actDigest);
        bytes memory refusal = abi.encodeWithSelector(
            ISignedActs.SignedActsSignatureTooLong.selector,
            uint256(32_769),
            uint256(32_768)
        );
        vm.expectRevert(refusal);
        shares.agreeBySig(act, tooLong, byItsMaker);
        vm.expectRevert(refusal);
        shares.agreeBySig(act, good, lengthened(byItsMaker, 32_769));
        GrantId grantId = shares.agreeBySig(act, longest, byItsMaker);
        Check.isTrue(shares.grantOf(grantId).status == GrantStatus.Issued, "grant");
    }

    function test_agreeBySig_revertsForTheOldAccount() public {
        ShareAgreement memory act = agreement(_requestId);
        expectRefusal(act, byOffice(PROVIDER, digest(act)));
    }

    function test_agreeBySig_revertsForTheOfficersOfTheHead() public {
        DepartmentAccountsChange memory accounts = accountsChange(PROVIDER);
        accounts.maker = accountOf(makerKey(PROVIDER));
        accounts.office = accountOf(officeKey(PROVIDER));
        accounts.head = abi.encodePacked(address(_office));
        changeAccounts(accounts);
        ShareAgreement memory act = agreement(_requestId);
        expectRefusal(act, Officers.together(byClerk(digest(act)), byToken(digest(act))));
    }

    function test_fuzz_agreeBySig_revertsForDamagedBytes(uint16 position, uint8 flip) public {
        ShareAgreement memory act = agreement(_requestId);
        bytes memory signature = byToken(digest(act)).signature;
        signature[position % signature.length] ^= bytes1(flip == 0 ? 1 : flip);
        OfficerSignature memory damaged = OfficerSignature(Officers.ofP256(_p256, TOKEN), signature);
        expectRefusal(act, Officers.together(byClerk(digest(act)), damaged));
    }

    function lengthened(bytes memory signature, uint256 length) private pure returns (bytes memory) {
        return abi.encodePacked(signature, new bytes(length - signature.length));
    }

    function officers() private view returns (bytes[] memory list) {
        list = new bytes[](3);
        list[0] = Officers.ofAddress(CLERK);
        list[1] = Officers.ofP256(_p256, TOKEN);
        list[2] = Officers.ofP256(_webAuthn, PASSKEY);
    }

    function byClerk(bytes32 actDigest) private pure returns (OfficerSignature memory) {
        return Officers.signByAddress(CLERK, actDigest);
    }

    function byToken(bytes32 actDigest) private view returns (OfficerSignature memory) {
        return Officers.signByP256(_p256, TOKEN, actDigest);
    }

    function byPasskey(bytes32 actDigest) private view returns (OfficerSignature memory) {
        return Officers.signByPasskey(_webAuthn, PASSKEY, actDigest);
    }

    function expectRefusal(ShareAgreement memory act, bytes memory signature) private {
        expectRefused(
            address(shares),
            abi.encodeCall(shares.agreeBySig, (act, signature, byMaker(PROVIDER, digest(act)))),
            abi.encodeWithSelector(
                ISignedActs.SignedActsInvalidSignature.selector,
                PROVIDER,
                DepartmentRole.Office,
                digest(act)
            )
        );
    }
}
