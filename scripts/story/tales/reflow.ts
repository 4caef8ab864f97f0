import {
  buildResourcePublication,
  buildResourceSubmission,
  buildShareAgreement,
  buildShareRequest,
} from '../../../ledger/acts/build-acts.ts';
import { hashDocument } from '../../../ledger/document-hash.ts';
import type { CatalogEntry } from '../../../ledger/documents/catalog-entry.ts';
import { deriveResourceId } from '../../../ledger/ids.ts';
import { refusalOfLedger } from '../ask-ledger.ts';
import { actDeadline, carryAct } from '../carry-act.ts';
import { fact } from '../narrator.ts';
import { agreeToShare, askForShare, authorizationFor, requestFor, type ShareTerms } from '../share.ts';
import { salt } from '../take-step.ts';
import { proofOf } from '../world.ts';
import { residentsFor } from './terms.ts';
import { expectThat, type Stage, type Tale, tellStep } from './tale.ts';

const CODE = '301004/000081';

/** (e) Data returns from the province to the city: for its own region, and without conditions. */
export const reflow: Tale = {
  title: ['Data returns to the city without extra conditions', '数据回流:不得附加条件'],
  tell: async (stage) => {
    const { world } = stage;
    const entry = await publishSubsidies(stage);
    const terms: ShareTerms = {
      ...residentsFor(world.principal('RS'), world),
      provider: world.principal('SR'),
      entry,
      fields: entry.fields.map(({ key }) => key),
      regionPrefix: '9901',
      caseIdRequired: false,
      kind: 'REFLOW',
      scenario: '职业培训补贴:回流本市人员发放记录',
    };
    await tellForeignRegion(stage, terms);
    await tellConditions(stage, terms);
  },
};

/** 省人社厅 has a conditional resource; the authority of the province publishes it. */
async function publishSubsidies({ world }: Stage): Promise<CatalogEntry> {
  const [provider, authority] = [world.principal('SR'), world.principal('PD')];
  const { department } = provider;
  const model = world.entry('301001/000001');
  const field = { type: 's50', level: 2, mask: 'NAME', personal: true } as const;
  const entry: CatalogEntry = {
    ...model,
    resourceCode: CODE,
    name: '省级职业培训补贴发放',
    abstract: '省级职业培训补贴发放记录,供各市回流使用',
    provider: { name: department.name, uscc: department.id },
    sourceDept: department.id,
    regionCode: department.region,
    level: 2,
    fields: [
      { key: 'name', name: '姓名', ...field },
      { key: 'region', name: '区划', type: 'c6', level: 1, mask: 'NONE', personal: false },
    ],
    regionField: 'region',
  };
  const salted = salt(entry);
  await carryAct({
    name: 'submitResource',
    act: buildResourceSubmission(salted, actDeadline()),
    salted,
    principal: provider,
  });
  const resourceId = deriveResourceId(department.id, CODE);
  const act = buildResourcePublication(authority.department.id, resourceId, hashDocument(salted), actDeadline());
  await carryAct({ name: 'publishResource', act, salted: null, principal: authority });
  return entry;
}

async function tellForeignRegion(stage: Stage, terms: ShareTerms): Promise<void> {
  const { requester, provider, entry } = terms;
  const resourceId = deriveResourceId(provider.department.id, entry.resourceCode);
  const window = { notBefore: 0, notAfter: actDeadline() };
  const salted = salt(requestFor({ ...terms, regionPrefix: '9902' }, resourceId, window));
  const act = buildShareRequest(salted, entry, actDeadline());
  const offer = { name: 'submitRequest', act, salted, principal: requester } as const;
  const revert = await refusalOfLedger(stage.chainUrl, offer);
  expectThat(revert === 'ShareLedgerInvalidReflow', `The ledger says ${revert}`);
  tellStep(
    stage,
    'region',
    ['Rows of another city are not its own', '其他地区的数据不属回流范围'],
    [fact('revert', ['ledger', '账本'], revert)],
  );
}

async function tellConditions(stage: Stage, terms: ShareTerms): Promise<void> {
  const asked = await askForShare(terms);
  const bound = { ...authorizationFor(asked), conditions: terms.entry.conditions.map(({ code }) => code).toSorted() };
  const salted = salt(bound);
  const published = { entry: terms.entry, conditionsHash: asked.conditionsHash };
  const act = buildShareAgreement(salted, published, actDeadline());
  const offer = { name: 'agree', act, salted, principal: terms.provider } as const;
  const revert = await refusalOfLedger(stage.chainUrl, offer);
  expectThat(revert === 'ShareLedgerConditionNotPublished', `The ledger says ${revert}`);
  const granted = await agreeToShare(asked);
  tellStep(
    stage,
    'conditions',
    ['With conditions the ledger refuses; without, it is granted', '附加条件不予记录;无条件则予以回流'],
    [
      fact('revert', ['with conditions', '附加条件'], revert),
      fact('grantId', ['without', '无条件'], granted.grantId),
      ...(await proofOf(stage.world, 'ShareLedger', granted.agreed)),
    ],
  );
}
