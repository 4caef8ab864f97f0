/** Clocks of gateways, consumers and the ledger differ; docs/evidence-format.md sections 7 and 8 allow this much. */
export const SLACK_SECONDS = 300;
