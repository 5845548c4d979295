CREATE TABLE visit ("user" text, shop integer, at timestamptz, loaded timestamp, spent double precision, note varchar(9));
INSERT INTO visit VALUES
  ('a', 7, '2024-01-01 10:00:00Z', '2024-01-01 10:01', 1.5, 'first'),
  ('a', 7, '2024-01-01 11:00:00Z', '2024-01-01 13:00', 2.5, NULL),
  ('b', 7, '2024-01-01 10:00:00Z', '2024-01-01 10:01', 3.5, 'x');
CREATE TABLE home ("user" char(4), city text);
INSERT INTO home VALUES ('a', 'Oslo'), ('d', 'Rome');
CREATE TABLE labels ("user" varchar(9), shop smallint, asked_at bigint, weight double precision);
INSERT INTO labels VALUES
  ('a', 7, 1704112200, 1.5), ('b', 7, 1704103440, 2), ('d', NULL, NULL, 1e3), (NULL, 7, 1704112200, 4);
