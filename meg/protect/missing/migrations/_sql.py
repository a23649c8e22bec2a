"""Functions of this room."""

# A child reported missing is the police's to find: the partnership's police agencies reach the record from then on.
# It looks with the owner's eyes, and only for a child that the caller's own seat reaches.
TELL_POLICE = """
CREATE FUNCTION meg.tell_police(asked bigint) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE told integer;
BEGIN
  IF NOT (meg.seat() IN ('team', 'operator')
          OR meg.seat() = 'practitioner' AND asked IN (SELECT meg.my_children())) THEN
    RAISE insufficient_privilege USING MESSAGE = 'This seat does not reach the child.';
  END IF;
  INSERT INTO access_involvement (partnership_id, child_id, agency_id, role, since)
  SELECT c.partnership_id, c.id, a.id, 'Police: reported missing', now()
  FROM children_child c JOIN agencies_agency a ON a.partnership_id = c.partnership_id
  WHERE c.id = asked AND c.partnership_id = meg.partnership() AND a.type = 'POLICE' AND a.closed_on IS NULL
    AND NOT EXISTS (SELECT FROM access_involvement i WHERE i.child_id = c.id AND i.agency_id = a.id
                    AND (i.until IS NULL OR i.until > now()));
  GET DIAGNOSTICS told = ROW_COUNT;
  RETURN told;
END $$;
REVOKE ALL ON FUNCTION meg.tell_police(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION meg.tell_police(bigint) TO seat_practitioner, seat_team, seat_operator;
"""
