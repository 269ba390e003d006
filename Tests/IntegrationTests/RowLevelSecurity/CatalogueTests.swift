import PostgresDriver
import PostgresStorage
import Testing

/// What must hold of every table and function of the schema, read from the catalogue: a new one without protection fails.
@Suite struct CatalogueTests {
    @Test func everyTableForcesRowLevelSecurityWithAPolicyThatChecksReadsAndWrites() async throws {
        try await withTestDatabase { database in
            let bad = try await database.names(
                """
                SELECT c.relname::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                WHERE n.nspname = 'mneme' AND c.relkind IN ('r', 'p') AND NOT (
                    c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
                        SELECT 1 FROM pg_policy AS p WHERE p.polrelid = c.oid AND p.polpermissive
                            AND p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL))
                """
            )
            #expect(bad.isEmpty)
            let tables = try await database.names(
                """
                SELECT c.relname::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                WHERE n.nspname = 'mneme' AND c.relkind IN ('r', 'p')
                """
            )
            #expect(tables.count == 40)
        }
    }

    @Test func thePrincipalsPolicyIsTheFlatOneOnEveryTable() async throws {
        try await withTestDatabase { database in
            // As the server prints it: each (select …) is evaluated once a statement, and nothing else is asked.
            let workspace =
                "(workspace_id = ( SELECT (NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid AS \"nullif\"))"
            let audience = "(audience_id = ANY (( SELECT mneme.audiences() AS audiences)::uuid[]))"
            let policies = try await database.withAdministration { administration in
                try await administration.query(
                    """
                    SELECT tablename::text, qual, with_check FROM pg_policies
                    WHERE schemaname = 'mneme' AND policyname = 'principal'
                    """
                ).decode((String, String, String).self)
            }
            #expect(policies.count == 38)
            for (table, reads, writes) in policies {
                #expect(reads == writes, "\(table)")
                let isFlat = reads == workspace || reads == "(\(workspace) AND \(audience))"
                #expect(isFlat, "\(table): \(reads)")
            }
        }
    }

    @Test func everyTableWithAnAudienceIsHeldToIt() async throws {
        try await withTestDatabase { database in
            let open = try await database.names(
                """
                SELECT c.relname::text FROM pg_class AS c
                JOIN pg_namespace AS n ON n.oid = c.relnamespace
                JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'audience_id'
                JOIN pg_policies AS p
                    ON p.schemaname = 'mneme' AND p.tablename = c.relname AND p.policyname = 'principal'
                WHERE n.nspname = 'mneme' AND c.relkind = 'r' AND p.qual NOT LIKE '%mneme.audiences()%'
                """
            )
            // The directory: who is there is open to the workspace, what they hold is not.
            #expect(Set(open) == ["agents", "audience_members"])
        }
    }

    @Test func everyKeyAndIndexStartsWithTheWorkspace() async throws {
        try await withTestDatabase { database in
            let indexes = try await database.names(
                """
                SELECT i.indexrelid::regclass::text FROM pg_index AS i
                JOIN pg_class AS c ON c.oid = i.indrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
                JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
                WHERE n.nspname = 'mneme' AND a.attname <> 'workspace_id'
                """
            )
            // A key is looked up before its workspace is known; migrations and nodes belong to no workspace.
            #expect(Set(indexes) == ["mneme.api_keys_by_id", "mneme.schema_migrations_pkey", "mneme.nodes_pkey"])
            let foreignKeys = try await database.names(
                """
                SELECT k.conname::text FROM pg_constraint AS k JOIN pg_namespace AS n ON n.oid = k.connamespace
                JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
                JOIN pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]
                WHERE n.nspname = 'mneme' AND k.contype = 'f'
                    AND (a.attname <> 'workspace_id' OR b.attname <> 'workspace_id')
                """
            )
            #expect(foreignKeys.isEmpty)
        }
    }

    @Test func everyFunctionHasAFixedSearchPathAndNoPublicCaller() async throws {
        try await withTestDatabase { database in
            let bad = try await database.names(
                """
                SELECT p.oid::regprocedure::text FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
                WHERE n.nspname = 'mneme' AND (
                    NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (p.proconfig), false)
                    OR p.proacl IS NULL
                    OR EXISTS (SELECT 1 FROM aclexplode(p.proacl) AS a WHERE a.grantee = 0))
                """
            )
            #expect(bad.isEmpty)
            let gates = try await database.names(
                """
                SELECT p.proname::text FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
                WHERE n.nspname = 'mneme' AND p.prosecdef AND p.proowner = 'mneme_gate'::regrole
                """
            )
            #expect(
                Set(gates) == [
                    "audiences", "find_key", "touch_keys", "claim_jobs", "job_counts", "fork_line", "search_messages",
                    "report_node", "known_nodes", "forget_answers",
                    "exchange_rates", "workspace_tiers", "group_is_used", "forget_records",
                ]
            )
            let others = try await database.names(
                """
                SELECT p.proname::text FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
                WHERE n.nspname = 'mneme' AND p.prosecdef AND p.proowner <> 'mneme_gate'::regrole
                """
            )
            #expect(others.isEmpty)
        }
    }

    @Test func noRoleOfOursBypassesRowLevelSecurity() async throws {
        try await withTestDatabase { database in
            let strong = try await database.names(
                """
                SELECT rolname::text FROM pg_roles
                WHERE rolname LIKE 'mneme\\_%' AND rolname <> 'mneme_admin'
                    AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)
                """
            )
            #expect(strong.isEmpty)
        }
    }

    @Test func everyGrantIsInTheDocumentedMatrixAndTheOtherWayRound() async throws {
        let documented = try GrantMatrix.documented()
        #expect(!documented.isEmpty)
        try await withTestDatabase { database in
            let actual = try await GrantMatrix.actual(in: database)
            #expect(actual.subtracting(documented).isEmpty, "granted, and not in docs/database.md")
            #expect(documented.subtracting(actual).isEmpty, "in docs/database.md, and not granted")
        }
    }
}

extension TestDatabase {
    /// The first column of a query by the admin.
    func names(_ query: PostgresQuery) async throws -> [String] {
        try await withAdministration { administration in
            try await administration.query(query).map { try $0.decode(column: 0, as: String.self) }
        }
    }
}
