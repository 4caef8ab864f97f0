// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// Working days as the State Council announced them, of the kind that the calendar takes; 251, 248 and 248 of them.

uint256 constant EARLY_2024 = 0xf3e7cf9f3e7cf9f3e7cf9f3c7cf9f3efc1df3e7e39f3e7cf9f3f00fdf3e7cf9e;
uint256 constant LATE_2024 = 0x33e7cf9f3e7cf9f3e7cfbe037ce3;
uint256 constant EARLY_2025 = 0x7cf9f3e7cf9f3e7cf9f3e7cf9e3e7cf9e0f7cf9f1e7cf9f3e7cf9f7806f9f3e6;
uint256 constant LATE_2025 = 0x1cf9f3e7cf9f3e7cf9f3ee01df3e;
uint256 constant EARLY_2026 = 0x3e7cf9f3e7cf9f3e7cf9f1e7cf9f3e7de0f3e7cf1f3e7cf9f7c01f9f3e7cf9f8;
uint256 constant LATE_2026 = 0x1e7cf9f3e7cf9f3e7cf9f701c7df;
// Not announced yet: Monday to Friday.
uint256 constant EARLY_2027 = 0x9f3e7cf9f3e7cf9f3e7cf9f3e7cf9f3e7cf9f3e7cf9f3e7cf9f3e7cf9f3e7cf9;
uint256 constant LATE_2027 = 0x1f3e7cf9f3e7cf9f3e7cf9f3e7cf;

function earlyDaysOf(uint256 year) pure returns (uint256) {
    return [EARLY_2024, EARLY_2025, EARLY_2026, EARLY_2027][year - 2024];
}

function lateDaysOf(uint256 year) pure returns (uint256) {
    return [LATE_2024, LATE_2025, LATE_2026, LATE_2027][year - 2024];
}
