DROP TABLE mneme.api_keys, mneme.audience_members, mneme.audiences, mneme.agents, mneme.users, mneme.workspaces CASCADE;
DROP FUNCTION mneme.audiences, mneme.find_key, mneme.touch_keys;
DROP PROCEDURE mneme.protect;
