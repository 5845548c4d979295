CREATE TABLE visits ("user" text, at text, loaded text, pages integer, note text);
INSERT INTO visits VALUES
  ('a', '2024-01-01 10:00:00', '2024-01-01T10:05:00Z', 1, '2024-01-01'),
  ('a', '2024-01-01 10:00:00', '2024-01-01T10:05:00Z', 2, 'yesterday'),
  ('a', '2024-01-01', '2023-12-31T10:05:00Z', 3, NULL),
  (NULL, '2024-01-02T10:00:00+02:00', '2024-01-02T10:05:00Z', 4, NULL),
  ('b', '1969-12-31T23:59:59Z', NULL, 5, NULL),
  ('b', NULL, '2024-01-02T10:05:00Z', 6, NULL),
  ('c', '2124-01-01 10:00:00', '2124-01-01T10:05:00Z', 7, NULL);
CREATE TABLE home ("user" text, city text);
INSERT INTO home VALUES ('a', 'Oslo'), ('a', 'Rome'), ('b', NULL);
CREATE INDEX visits_user_at ON visits ("user", at);
CREATE INDEX home_user ON home ("user");
