"""Functions of access: which children a member reaches, and who an account is."""

REACH = """
CREATE FUNCTION meg.my_children() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT child_id FROM public.access_involvement
    WHERE agency_id = meg.agency() AND since <= statement_timestamp()
      AND (until IS NULL OR until > statement_timestamp())
  UNION
  SELECT child_id FROM public.access_grant
    WHERE (agency_id = meg.agency() OR member_id = meg.member())
      AND revoked_at IS NULL AND since <= statement_timestamp() AND until > statement_timestamp() $$;

CREATE FUNCTION meg.allocated_children() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT child_id FROM public.access_involvement
    WHERE member_id = meg.member() AND since <= statement_timestamp()
      AND (until IS NULL OR until > statement_timestamp())
  UNION
  SELECT child_id FROM public.access_grant
    WHERE member_id = meg.member() AND revoked_at IS NULL
      AND since <= statement_timestamp() AND until > statement_timestamp() $$;

CREATE FUNCTION meg.granted_children() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT child_id FROM public.access_grant
    WHERE member_id = meg.member() AND revoked_at IS NULL
      AND since <= statement_timestamp() AND until > statement_timestamp() $$;

REVOKE ALL ON FUNCTION meg.my_children(), meg.allocated_children(), meg.granted_children() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION meg.my_children() TO seat_practitioner;
GRANT EXECUTE ON FUNCTION meg.allocated_children() TO seat_interviewer;
GRANT EXECUTE ON FUNCTION meg.granted_children() TO seat_governance;
"""

# Asked once a request, before any seat is taken: who is this account, which seats has it, has it a second factor?
WHO = """
CREATE FUNCTION meg.who(account bigint) RETURNS TABLE (
  member_id bigint, name text, job text, seats text[], partnership_id bigint, partnership text,
  demonstration boolean, agency_id bigint, agency text, second_factor boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT m.id, m.name, m.job, m.seats, p.id, p.name, p.demonstration, m.agency_id,
    (SELECT n.name FROM public.agencies_agencyname n WHERE n.agency_id = m.agency_id AND n.valid @> current_date),
    EXISTS (SELECT FROM public.mfa_authenticator f WHERE f.user_id = account AND f.type <> 'recovery_codes')
  FROM public.access_member m JOIN public.agencies_partnership p ON p.id = m.partnership_id
  WHERE m.account_id = account AND (m.left_on IS NULL OR m.left_on > current_date) $$;
REVOKE ALL ON FUNCTION meg.who(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION meg.who(bigint) TO meg_app;
"""

# A form sent after its session had ended: kept for the member who had opened it, and for nobody else.
KEEP = """
CREATE FUNCTION meg.keep_draft(who bigint, what text, typed jsonb) RETURNS void LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
  INSERT INTO public.access_draft (partnership_id, member_id, form, fields, saved_at)
    SELECT m.partnership_id, m.id, what, typed, now() FROM public.access_member m WHERE m.id = who
  ON CONFLICT (member_id, form) DO UPDATE SET fields = EXCLUDED.fields, saved_at = EXCLUDED.saved_at $$;
REVOKE ALL ON FUNCTION meg.keep_draft(bigint, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION meg.keep_draft(bigint, text, jsonb) TO meg_app;
"""

# An administrator may take a lost second factor away, of a member of their own partnership, and see none.
FORGET = """
CREATE FUNCTION meg.forget_second_factor(who bigint) RETURNS void LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
  DELETE FROM public.mfa_authenticator f USING public.access_member m
  WHERE m.id = who AND m.partnership_id = meg.partnership() AND f.user_id = m.account_id $$;
REVOKE ALL ON FUNCTION meg.forget_second_factor(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION meg.forget_second_factor(bigint) TO seat_administrator;
"""

# For the administrator's day: members with a seat that sees children, and no second factor yet.
WITHOUT = """
CREATE FUNCTION meg.without_second_factor(seats text[]) RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT m.id FROM public.access_member m
  WHERE m.partnership_id = meg.partnership() AND (m.left_on IS NULL OR m.left_on > current_date)
    AND m.seats && without_second_factor.seats
    AND NOT EXISTS (SELECT FROM public.mfa_authenticator f
                    WHERE f.user_id = m.account_id AND f.type <> 'recovery_codes') $$;
REVOKE ALL ON FUNCTION meg.without_second_factor(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION meg.without_second_factor(text[]) TO seat_administrator;
"""
