// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/**
 * @title IDepartmentAccount
 * @notice An account of a department with several officers, of whom `threshold` must sign. Officers and threshold never
 * change: after a change of officers the head of the department names a new account.
 */
interface IDepartmentAccount is IERC1271 {
    /// @notice The verifier of an ERC-7913 officer has no code; some precompiles would accept any signature.
    error DepartmentAccountVerifierMissing(bytes officer);
}
