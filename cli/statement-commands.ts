import type { Command } from 'commander';

import { buildStep } from '../ledger/acts/build-acts.ts';
import type { STATEMENT_ACTS } from '../ledger/documents/statement.ts';
import type { DepartmentId } from '../ledger/ids.ts';
import { codeArgument, collectAttachment, deadlineArgument, departmentArgument } from './arguments.ts';
import type { FileDigest } from './arguments.ts';
import { toDocument, withSalt } from './documents.ts';
import { performAct, withActOptions } from './perform-act.ts';
import type { ActOptions } from './perform-act.ts';
import { actExpiry, openSession } from './session.ts';

/** A command whose act moves one thing a step further and gives its reason in words. */
export interface StatementCommand {
  readonly name: string;
  readonly act: (typeof STATEMENT_ACTS)[number];
  /** In both languages. */
  readonly text: string;
  /** The usual reason code; without one it must be given. */
  readonly reason?: string;
  /** What this act needs beside its reason: a second department, or the deadline that it sets. */
  readonly needs?: 'authority' | 'due';
}

/** What the steps are about. */
export interface Subject {
  /** As in `<grant-id>`. */
  readonly argument: string;
  readonly parse: (text: string) => string;
}

interface StatementOptions extends ActOptions {
  readonly reason: string;
  readonly text: string;
  readonly attach: readonly FileDigest[];
  readonly authority?: DepartmentId;
  readonly due?: number;
}

/** The options of a reason: a code, words and files. */
export function withReason(command: Command, reason: string | undefined): Command {
  const help = 'reason code: capitals, digits and underscores / 事由代码';
  const coded =
    reason === undefined
      ? command.requiredOption('--reason <code>', help, codeArgument)
      : command.option('--reason <code>', help, codeArgument, reason);
  return withAttachments(coded.requiredOption('--text <text>', 'the reason in full / 事由'));
}

export function withAttachments(command: Command): Command {
  return command.option(
    '--attach <file>',
    'a file that supports it, by its SHA-256; repeatable',
    collectAttachment,
    [],
  );
}

export const AUTHORITY_HELP = 'the authority that signs too; --out hands the act to it / 共同签署的主管部门';
export const DUE_HELP = 'the new deadline: its last day (YYYY-MM-DD), or Unix seconds / 新期限';

export function addStatementCommands(
  parent: Command,
  { argument, parse }: Subject,
  commands: readonly StatementCommand[],
): void {
  for (const { name, act, text, reason, needs } of commands) {
    const command = withReason(parent.command(name).argument(argument, '0x and 64 hex digits', parse), reason);
    if (needs === 'authority') command.requiredOption('--authority <uscc>', AUTHORITY_HELP, departmentArgument);
    if (needs === 'due') command.requiredOption('--due <day>', DUE_HELP, deadlineArgument);
    withActOptions(command)
      .description(text)
      .action(async (subject: string, options: StatementOptions, self: Command) => {
        const session = openSession(self);
        const document = toDocument({
          type: 'Statement',
          schema: 'dxl/statement/1',
          department: session.profile.department,
          act,
          subject,
          reasonCode: options.reason,
          text: options.text,
          authority: options.authority ?? null,
          dueAt: options.due ?? null,
          attachments: options.attach,
        });
        const salted = withSalt(document);
        await performAct(session, options, { name: act, act: buildStep(act, salted, actExpiry()), salted });
      });
  }
}
