-- What the relations of postgraphile.tags.json5 read by, and OTOBO's tables have no index for, or only a narrow one.
CREATE INDEX IF NOT EXISTS peers_customer_user_customer ON customer_user (customer_id, valid_id, login);
CREATE INDEX IF NOT EXISTS peers_ticket_customer ON ticket (customer_id, ticket_state_id, create_time, id);
