-- After roles.sql, by psql as superuser: passwords from its environment, and the database.
\getenv owner OWNER_PASSWORD
\getenv web WEB_PASSWORD
\getenv worker WORKER_PASSWORD
ALTER ROLE plumbline_owner PASSWORD :'owner';
ALTER ROLE plumbline_web PASSWORD :'web';
ALTER ROLE plumbline_worker PASSWORD :'worker';
CREATE DATABASE plumbline OWNER plumbline_owner;
