"""The child has another missing period that starts on this day. The first row was taken; correct the date, or
take the row out.
"""

CODE = "MEG12"
TABLE = "Missing"
FIELDS = ("CHILD", "MIS_START")
STORABLE = False
# Two periods of one day are taken where as many are recorded here, with their hours: the return knows days only.
SQL = """
    SELECT number FROM (
        SELECT number, child_key, mis_start_on, mis_end_on, missing_code,
            row_number() OVER (PARTITION BY child_key, mis_start_on ORDER BY number) AS time,
            row_number() OVER (PARTITION BY child_key, mis_start_on, mis_end_on, missing_code ORDER BY number) AS same
        FROM stage_missing WHERE btrim(child) <> '' AND mis_start_on IS NOT NULL
    ) AS counted WHERE time > 1 AND same > (
        SELECT count(*) FROM children_identifier i JOIN missing_episode e ON e.child_id = i.child_id
        WHERE i.partnership_id = meg.partnership() AND i.source = 'ssda903' AND upper(i.value) = child_key
          AND e.withdrawn_at IS NULL AND e.care_status = missing_code
          AND (e.started_at AT TIME ZONE 'Europe/London')::date = mis_start_on
          AND ((e.returned_at AT TIME ZONE 'Europe/London')::date IS NOT DISTINCT FROM mis_end_on
               OR mis_end_on IS NULL AND (e.returned_at AT TIME ZONE 'Europe/London')::date > %(end)s))
"""
