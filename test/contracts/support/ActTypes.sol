// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// The EIP-712 types, written a second time and hashed by the runner's own encoder: a slip in one place shows.

string constant REGISTRATION_TYPE =
    "DepartmentRegistration(bytes18 authority,bytes18 department,uint8 kind,"
    "bytes18 superior,bytes6 region,bytes maker,bytes office,bytes head,uint256 nonce,uint64 expiresAt)";
string constant ACCOUNTS_CHANGE_TYPE =
    "DepartmentAccountsChange(bytes18 department,bytes maker,bytes office,"
    "bytes head,uint256 nonce,uint64 expiresAt)";
string constant STATUS_CHANGE_TYPE =
    "DepartmentStatusChange(bytes18 authority,bytes18 department,uint8 status,"
    "bytes32 reasonCode,uint256 nonce,uint64 expiresAt)";
string constant KEY_REGISTRATION_TYPE =
    "AccessKeyRegistration(bytes18 department,uint8 algorithm,bytes publicKey,"
    "uint64 notBefore,uint64 notAfter,uint256 nonce,uint64 expiresAt)";
string constant KEY_REVOCATION_TYPE =
    "AccessKeyRevocation(bytes18 department,bytes32 keyId,uint256 nonce,"
    "uint64 expiresAt)";
string constant SUBMISSION_TYPE =
    "ResourceSubmission(bytes18 provider,bytes32 codeHash,uint32 version,"
    "uint8 shareClass,uint8 lawClass,uint8 level,uint16 fieldCount,bytes32 derivedFrom,bytes32 conditionsHash,"
    "uint8 denyInstrument,bytes32 denyBasisHash,bytes32 secrecyHash,bytes32 piaHash,bytes32 documentHash,"
    "uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)";
string constant DESIGNATION_TYPE =
    "SourceDesignation(bytes18 authority,bytes32 element,bytes32 resourceId,"
    "bytes32 replaces,bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)";
string constant REQUEST_TYPE =
    "ShareRequest(bytes18 requester,uint8 kind,bytes32 resourceId,uint32 resourceVersion,"
    "bytes32 priorGrantId,uint256 fields,bytes12 regionPrefix,uint64 notBefore,uint64 notAfter,"
    "bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)";
string constant AGREEMENT_TYPE =
    "ShareAgreement(bytes18 provider,bytes32 requestId,uint256 fields,"
    "bytes12 regionPrefix,uint64 notBefore,uint64 notAfter,bytes32 conditionsHash,uint16 disposalDays,"
    "bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)";
string constant REFUSAL_TYPE =
    "ShareRefusal(bytes18 provider,bytes32 requestId,bytes32 reasonCode,bytes32 groundsHash,"
    "bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)";
string constant CHANGE_TYPE =
    "GrantChange(bytes18 provider,bytes18 authority,bytes32 grantId,uint256 fields,"
    "uint64 notBefore,uint64 notAfter,bytes32 negotiationHash,bytes32 documentHash,uint8 hashAlgorithm,"
    "uint256 nonce,uint64 expiresAt)";
string constant FILING_TYPE =
    "CorrectionFiling(bytes18 requester,bytes32 resourceId,uint32 resourceVersion,"
    "bytes32 reasonCode,bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)";
string constant OPENING_TYPE =
    "DisputeOpening(bytes18 claimant,bytes18 respondent,uint8 subjectKind,bytes32 subject,"
    "bytes32 reasonCode,bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)";
string constant CALENDAR_YEAR_TYPE =
    "CalendarYear(bytes18 authority,uint16 year,uint256 earlyDays,uint256 lateDays,"
    "bytes32 noticeHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)";
string constant GATEWAY_REGISTRATION_TYPE =
    "GatewayRegistration(bytes18 operator,bytes32 publicKey,address account,"
    "uint256 nonce,uint64 expiresAt)";
string constant GATEWAY_RETIREMENT_TYPE =
    "GatewayRetirement(bytes18 operator,bytes32 gateway,uint256 nonce,"
    "uint64 expiresAt)";
string constant TREE_HEAD_TYPE = "TreeHead(bytes32 gateway,uint64 size,bytes32 root)";

/// @dev What follows the name of a step, and of a step that an authority signs too.
string constant STEP_MEMBERS =
    "(bytes18 department,bytes32 subject,bytes32 reasonCode,uint64 dueAt,"
    "bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)";
string constant JOINT_STEP_MEMBERS =
    "(bytes18 department,bytes18 authority,bytes32 subject,bytes32 reasonCode,"
    "uint64 dueAt,bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)";
