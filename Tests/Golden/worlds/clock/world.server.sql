CREATE TABLE score ("user" text, at timestamp with time zone, loaded timestamp, value integer, note varchar(20));
INSERT INTO score VALUES
  ('a', '2024-01-01 12:00:00+02', '2024-01-01 10:05:00', 1, 'first'),
  ('a', '2024-01-01 11:00:00+00', '2024-01-01 13:00:00', 2, NULL),
  ('b', '2024-01-01 10:00:00+00', '2024-01-01 10:01:00', 3, 'x'),
  ('b', '2024-01-01 10:00:00+00', '2024-01-01 10:02:00', 4, 'y'),
  ('c', '2024-01-01 12:00:00+00', NULL, 5, '');
CREATE TABLE home ("user" text, city text, since date, verified boolean);
INSERT INTO home VALUES
  ('a', 'Oslo', '2020-02-29', true),
  ('d', 'Washington, D.C.', NULL, false);
CREATE TABLE asked ("user" text, asked_at timestamptz, weight double precision, paid boolean, due date, note text);
INSERT INTO asked VALUES
  ('a', '2024-01-01 12:30:00+01', 1.5, true, '2024-02-01', 'a,b'),
  ('b', '2024-01-01 10:00:00.000001+00', NULL, false, NULL, ''),
  (NULL, '2024-01-01 12:00:00+00', 2, NULL, NULL, NULL),
  ('a', NULL, -0.25, true, NULL, 'x'),
  ('a', '2024-01-01 12:30:00+01', 1.5, true, '2024-02-01', 'a,b');
