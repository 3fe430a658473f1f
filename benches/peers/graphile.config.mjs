import { fileURLToPath } from "node:url";
import { makePgService } from "postgraphile/adaptors/pg";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { addPgTableCondition, addPgTableOrderBy, orderByAscDesc, pgSmartTagsFromFile } from "postgraphile/utils";

const TAGS = fileURLToPath(new URL("postgraphile.tags.json5", import.meta.url));

/** Tickets whose state counts as open, or all others. */
const isOpen = addPgTableCondition({ schemaName: "public", tableName: "ticket" }, "isOpen", (build) => ({
  type: build.graphql.GraphQLBoolean,
  apply(condition, value) {
    if (value == null) return;
    condition.where((sql) => {
      const open = sql`array(
        select state.id from public.ticket_state as state
        join public.ticket_state_type as type on type.id = state.type_id
        where type.name in ('new', 'open', 'pending reminder')
      )`;
      const state = sql`${condition.alias}.ticket_state_id`;
      return value ? sql`${state} = any(${open})` : sql`${state} <> all(${open})`;
    });
  },
}));

/** People whose own customer this is, and those it is assigned to in addition. */
const ofCustomer = addPgTableCondition({ schemaName: "public", tableName: "customer_user" }, "ofCustomer", (build) => ({
  type: build.graphql.GraphQLString,
  apply(condition, value) {
    if (value == null) return;
    const { sqlValueWithCodec, TYPES } = build.dataplanPg;
    condition.where((sql) => {
      const customer = sqlValueWithCodec(value, TYPES.varchar);
      return sql`(${condition.alias}.customer_id = ${customer} or ${condition.alias}.login = any(array(
        select assigned.user_id from public.customer_user_customer as assigned where assigned.customer_id = ${customer}
      )))`;
    });
  },
}));

/** Assignments of people with this validity whose own customer is another. */
const guestValidId = addPgTableCondition(
  { schemaName: "public", tableName: "customer_user_customer" },
  "guestValidId",
  (build) => ({
    type: build.graphql.GraphQLInt,
    apply(condition, value) {
      if (value == null) return;
      const { sqlValueWithCodec, TYPES } = build.dataplanPg;
      condition.where((sql) => sql`exists(
        select 1 from public.customer_user as person
        where person.login = ${condition.alias}.user_id
        and person.customer_id <> ${condition.alias}.customer_id
        and person.valid_id = ${sqlValueWithCodec(value, TYPES.int)}
      )`);
    },
  }),
);

/** Customers by name, capital and small letters alike. */
const byName = addPgTableOrderBy({ schemaName: "public", tableName: "customer_company" }, (build) =>
  orderByAscDesc("NAME_IGNORING_CASE", (queryBuilder) => ({
    fragment: build.sql`lower(${queryBuilder.alias}.name)`,
    codec: build.dataplanPg.TYPES.text,
    nullable: false,
  })),
);

/** @type {GraphileConfig.Preset} */
export default {
  extends: [PostGraphileAmberPreset],
  plugins: [pgSmartTagsFromFile(TAGS), isOpen, ofCustomer, guestValidId, byName],
  pgServices: [makePgService({ connectionString: process.env.DATABASE_URL, schemas: ["public"] })],
  grafserv: { host: "127.0.0.1", port: Number(process.env.PORT ?? 5678), graphiql: false },
};
