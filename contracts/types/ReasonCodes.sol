// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev The reason codes that a rule looks at: ASCII, padded right with zero bytes. All others only need to be there.
library ReasonCodes {
    /// @dev A published condition is not met; grounds are the published conditions (R9).
    bytes32 internal constant CONDITION_NOT_MET = "CONDITION_NOT_MET";
    /// @dev A law forbids it; grounds are the articles cited (R18).
    bytes32 internal constant FORBIDDEN_BY_LAW = "FORBIDDEN_BY_LAW";
    /// @dev Wider scope, other purpose or third party than granted (R30).
    bytes32 internal constant MISUSE = "MISUSE";
    /// @dev A security incident (R32).
    bytes32 internal constant SECURITY = "SECURITY";
    /// @dev The rectification asked for was made, but not enough (R30).
    bytes32 internal constant RECTIFICATION_INSUFFICIENT = "RECTIFICATION_INSUFFICIENT";
    /// @dev The refusal does not stand: the request is open again (R33).
    bytes32 internal constant REOPEN = "REOPEN";
}
