/**
 * The sample catalogue in the trade's shorthand, one resource a line:
 * code | provider | name | class | modes | cycle | fields | basis of a denial.
 *
 * Class U 无条件, C 有条件, N 不予. Mode V verify, Q query, B batch, F file. Cycle rt, d, w, m, q, y.
 * Field `key=name:type/level+mask`, the name only where FIELD_NAMES has another; `@` before the key that carries the
 * region. Mask I identity number, N name, A address, K bank account, Y year only, X never shown, – none. `id`, `nm`,
 * `cc` and `en` are the four fields of SHORT_FIELDS.
 */
export const RESOURCE_TABLE = `
301001/000001 | GA | 常住人口基本信息 | C | VQ | d | id, nm, sex:e1/2–, nation:e2/3X, birth:date/2Y, addr:s200/3A
301001/000002 | GA | 居民身份证核验 | U | V | rt | id, nm, valid_to:date/2–, match:bool/1–
301001/000003 | GA | 流动人口居住证信息 | C | VQ | d | id, nm, permit_no:s20/2–, live_addr:s200/3A, valid_to:date/1–
301001/000004 | GA | 机动车登记信息 | C | VQ | d | plate:s10/2–, vin:c17/3I, owner:s50/2N, id, reg_date:date/1–
301001/000005 | GA | 死亡户口注销信息 | C | VB | d | id, nm, cancel_date:date/2–, cause_code:e2/4X
301002/000001 | MZ | 婚姻登记信息 | C | VQ | rt | cert_no:s30/2–, a_id:c18/3I, a_name:s50/2N, b_id:c18/3I, b_name:s50/2N, kind:e1/3–, reg_date:date/2–
301002/000002 | MZ | 低保对象信息 | C | VB | m | id, nm, hh_no:s20/2–, benefit:n/3X, start:date/2–, end:date/2–
301002/000003 | MZ | 社会组织法人登记 | U | QB | d | cc, org_name:s200/1–, kind:e2/1–, legal_rep:s50/2N, status:e1/1–
301002/000004 | MZ | 殡葬火化信息 | C | VB | d | id, nm, cremate_date:date/2–, place:s100/2–
301002/000009 | MZ | 行政区划代码 | U | QB | y | @code:s12/1–, name=名称:s100/1–, level=层级:n/1–, parent_code:s12/1–, province:s50/1–
301003/000001 | SJ | 企业登记基本信息 | U | QB | rt | cc, en, legal_rep:s50/2N, reg_cap:n/1–, est_date:date/1–, status:e1/1–, scope=经营范围:s2000/1–, addr:s200/1–
301003/000002 | SJ | 企业股东及出资 | C | Q | d | cc, holder:s100/2N, holder_id:c18/3I, amount:n/2–, ratio:n/2–
301003/000003 | SJ | 经营异常与严重违法名单 | U | QB | d | cc, en, list_kind:e1/1–, in_date:date/1–, reason:s500/1–, out_date:date/1–
301003/000004 | SJ | 食品经营许可 | U | QF | d | cc, licence_no:s30/1–, items:s500/1–, valid_to:date/1–
301003/000005 | SJ | 行政处罚信息(市监) | U | QB | w | doc_no:s50/1–, cc, fact:s1000/1–, fine:n/1–, date:date/1–
301004/000001 | RS | 个人参保信息 | C | VQ | m | id, nm, insure_kind:e2/2–, status:e1/2–, first_month:c6/2–, unit_cc:c18/1–
301004/000002 | RS | 社保缴费明细 | C | QB | m | id, month:c6/2–, base:n/3X, paid:n/3X, unit_cc:c18/1–
301004/000003 | RS | 养老金领取资格 | C | V | m | id, nm, eligible:bool/2–, check_date:date/1–
301004/000004 | RS | 职业资格证书 | U | V | w | id, nm, cert_no:s30/1–, level:e1/1–, issue:date/1–
301004/000005 | RS | 失业登记信息 | C | VQ | d | id, nm, reg_date:date/2–, status:e1/2–
301004/000009 | RS | 工作日历 | U | QB | y | date:date/1–, working:bool/1–, weekday:n/1–, holiday:s50/1–
301005/000001 | SW | 纳税信用等级 | U | QB | y | cc, en, year:c4/1–, grade:e1/1–
301005/000002 | SW | 企业完税证明核验 | C | V | rt | cc, voucher_no:s30/2–, amount:n/3X, period:s20/2–, match:bool/1–
301005/000003 | SW | 欠税公告信息 | U | QB | q | cc, en, tax_kind:s50/1–, owe:n/1–
301006/000001 | WJ | 出生医学证明 | C | V | rt | cert_no:s20/3–, child_name:s50/2N, birth:dt/3Y, mother_id:c18/3I, father_id:c18/3I
301006/000002 | WJ | 医疗机构执业许可 | U | QB | w | cc, org_name:s200/1–, licence_no:s30/1–, subjects:s500/1–, valid_to:date/1–
301006/000003 | WJ | 预防接种完成情况 | C | V | d | id, nm, done:bool/3X
301007/000001 | YB | 医保参保状态 | C | V | d | id, nm, @region:c6/1–, status:e1/2–
301007/000002 | YB | 医疗救助结算 | C | QB | m | id, settle_no:s30/2–, amount:n/3X, diag_code:s10/4X
301008/000001 | JY | 学籍信息核验 | C | V | w | id, nm, school:s100/2–, grade:e2/2–, in_school:bool/2–
301008/000002 | JY | 教师资格证书 | U | V | m | id, nm, cert_no:s30/1–, subject:s50/1–
301009/000001 | ZR | 不动产登记信息 | C | VQ | rt | unit_no:c28/2–, cert_no:s50/2–, owner:s50/2N, id, area:n/3–, mortgage:bool/3–, sealed:bool/3–
301009/000002 | ZR | 建设用地规划许可 | U | QF | w | permit_no:s50/1–, cc, project:s200/1–, area:n/1–
301010/000001 | ZJ | 建筑施工企业资质 | U | QB | w | cc, en, cert_no:s50/1–, grade:e2/1–, valid_to:date/1–
301010/000002 | ZJ | 商品房合同备案 | C | Q | d | contract_no:s50/2–, buyer:s50/2N, id, price:n/3X, date:date/2–
301011/000001 | JT | 道路运输经营许可 | U | QB | w | cc, permit_no:s30/1–, scope:s200/1–, valid_to:date/1–
301012/000001 | ST | 排污许可 | U | QBF | m | cc, en, permit_no:s30/1–, items:s1000/1–, valid_to:date/1–
301013/000001 | SF | 律师执业信息 | U | QB | m | licence_no:s20/1–, nm, firm:s200/1–, status:e1/1–
301014/000002 | FG | 单个统计调查对象资料 | N | – | y | respondent:s200/4X, answers:s2000/4X | 中华人民共和国统计法 第二十八条
301015/000001 | GJ | 公积金缴存信息 | C | VQ | m | id, nm, account:s20/3K, base:n/3X, balance:n/3X, unit_cc:c18/1–
301019/000001 | FY | 失信被执行人 | U | QB | d | case_no:s50/1–, nm, id, duty:s500/1–, pub_date:date/1–
301001/000009 | GA | 未成年人封存犯罪记录 | N | – | – | id, nm, record:s2000/4X | 中华人民共和国刑事诉讼法 第二百八十六条
`;

/** Fields that many resources have, under their short names. */
export const SHORT_FIELDS: Readonly<Record<string, string>> = {
  id: 'id_no:c18/3I',
  nm: 'name:s50/2N',
  cc: 'credit_code:c18/1–',
  en: 'ent_name:s200/1–',
};

/** What people call the fields; one word per key in all resources. */
export const FIELD_NAMES: Readonly<Record<string, string>> = {
  a_id: '一方身份号码',
  a_name: '一方姓名',
  account: '账号',
  addr: '地址',
  amount: '金额',
  answers: '调查答复',
  area: '面积',
  b_id: '另一方身份号码',
  b_name: '另一方姓名',
  balance: '余额',
  base: '基数',
  benefit: '保障金额',
  birth: '出生日期',
  buyer: '买受人',
  cancel_date: '注销日期',
  case_no: '案号',
  cause_code: '原因代码',
  cert_no: '证书编号',
  check_date: '核验日期',
  child_name: '新生儿姓名',
  code: '区划代码',
  contract_no: '合同编号',
  credit_code: '统一社会信用代码',
  cremate_date: '火化日期',
  date: '日期',
  diag_code: '诊断代码',
  doc_no: '文书号',
  done: '是否完成',
  duty: '义务内容',
  eligible: '是否合格',
  end: '终止日期',
  ent_name: '企业名称',
  est_date: '成立日期',
  fact: '违法事实',
  father_id: '父亲身份号码',
  fine: '罚款金额',
  firm: '执业机构',
  first_month: '首次参保月份',
  grade: '等级',
  hh_no: '户号',
  holder: '股东',
  holder_id: '股东身份号码',
  holiday: '节日',
  id_no: '公民身份号码',
  in_date: '列入日期',
  in_school: '是否在籍',
  insure_kind: '险种',
  issue: '发证日期',
  items: '项目',
  kind: '类别',
  legal_rep: '法定代表人',
  level: '级别',
  licence_no: '许可证编号',
  list_kind: '名单类别',
  live_addr: '居住地址',
  match: '是否一致',
  month: '月份',
  mortgage: '是否抵押',
  mother_id: '母亲身份号码',
  name: '姓名',
  nation: '民族代码',
  org_name: '机构名称',
  out_date: '移出日期',
  owe: '欠税金额',
  owner: '所有人',
  paid: '缴费金额',
  parent_code: '上级代码',
  period: '所属期',
  permit_no: '许可编号',
  place: '地点',
  plate: '号牌号码',
  price: '价款',
  project: '项目名称',
  province: '省级名称',
  pub_date: '发布日期',
  ratio: '比例',
  reason: '原因',
  record: '记录内容',
  reg_cap: '注册资本',
  reg_date: '登记日期',
  region: '区划代码',
  respondent: '调查对象',
  school: '学校',
  scope: '范围',
  sealed: '是否查封',
  settle_no: '结算单号',
  sex: '性别代码',
  start: '起始日期',
  status: '状态',
  subject: '学科',
  subjects: '诊疗科目',
  tax_kind: '税种',
  unit_cc: '单位信用代码',
  unit_no: '不动产单元号',
  valid_to: '有效期至',
  vin: '车辆识别代号',
  voucher_no: '完税凭证号',
  weekday: '星期',
  working: '是否工作日',
  year: '年度',
};
