import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryEngine
import MemoryModel
import PostgresDriver
import PostgresStorage
import Testing

/// Who did what to what: written with the act, never changed, read by admins.
@Suite struct AuditTests {
    @Test func whatIsDoneIsWrittenWithTheActAndWhatFailsIsNot() async throws {
        try await ServiceUnderTest.run { service, caller in
            let agent = try await caller.post("/v1/agents", #"{"name":"scout"}"#).string("id")
            let item = try await caller.post("/v1/items", #"{"agent_id":"\#(agent)","content":"the secret word"}"#)
                .string("id")
            _ = try await caller.send(.delete, "/v1/items/\(item)")
            #expect(try await caller.send(.delete, "/v1/items/\(item)").status == 404)
            let items = ["a", "b"].map { #"{"agent_id":"\#(agent)","content":"\#($0)"}"# }.joined(separator: ",")
            let batch = try await caller.post("/v1/items/batch", #"{"items":[\#(items)]}"#)
            let audit = try await caller.get("/v1/audit?kind=write")
            let entries = audit["entries"].elements
            #expect(
                entries.map { $0["action"].text } == [
                    "POST /v1/items/batch", "DELETE /v1/items/{item_id}", "POST /v1/items", "POST /v1/agents",
                ]
            )
            #expect(entries[1]["subjects"].elements.map(\.text) == ["item:\(item)"])
            #expect(entries[2]["subjects"].elements.map(\.text) == ["item:\(item)"])
            let made = batch["items"].elements.map { "item:\($0["id"].text)" }
            #expect(entries[0]["subjects"].elements.map(\.text) == made)
            #expect(entries.allSatisfy { $0["key_id"] != .null && $0["role"].text == "admin" })
            #expect(!audit.text.contains("secret word") && !audit.text.contains("mn_"))
            let filtered = try await caller.get("/v1/audit?subject=item:\(item)&limit=1")
            #expect(filtered["entries"].elements.count == 1 && filtered["next_cursor"] != .null)
            // Another workspace sees none of it.
            let strange = try await caller.with(service.stranger).get("/v1/audit")
            #expect(strange["entries"].elements.isEmpty)
        }
    }

    @Test func aRepeatedRequestIsOneAct() async throws {
        try await ServiceUnderTest.run { _, caller in
            let headers: HTTPFields = [HTTPField.Name("Idempotency-Key")!: "once"]
            for _ in 0..<3 {
                _ = try await caller.send(.post, "/v1/agents", #"{"name":"scout"}"#, headers: headers)
            }
            #expect(try await caller.get("/v1/audit")["entries"].elements.count == 1)
        }
    }

    @Test func readsOfAnothersPersonalMemoryAreToldAndOnesOwnAreNot() async throws {
        try await ServiceUnderTest.run { service, caller in
            let agent = try await caller.post("/v1/agents", #"{"name":"scout"}"#).string("id")
            let item = try await caller.post("/v1/items", #"{"agent_id":"\#(agent)","content":"mine"}"#).string("id")
            let key = try await caller.post(
                "/v1/keys",
                #"{"name":"k","agent_id":"\#(agent)","scopes":["items:read","context:read"]}"#
            ).string("secret")
            _ = try await caller.with(key).get("/v1/items/\(item)")
            _ = try await caller.with(key).post("/v1/context", #"{"query":"mine"}"#)
            await service.services.reads?.flush()
            #expect(try await caller.get("/v1/audit?kind=personal_read")["entries"].elements.isEmpty)
            _ = try await caller.get("/v1/items/\(item)")
            _ = try await caller.get("/v1/items")
            _ = try await caller.post("/v1/context", #"{"query":"mine","agent_id":"\#(agent)"}"#)
            _ = try await caller.get("/v1/search/items?q=mine&agent_id=\(agent)")
            await service.services.reads?.flush()
            let entries = try await caller.get("/v1/audit?kind=personal_read")["entries"].elements
            #expect(
                Set(entries.map { $0["action"].text }) == [
                    "GET /v1/items/{item_id}", "GET /v1/items", "POST /v1/context", "GET /v1/search/items",
                ]
            )
            #expect(entries.allSatisfy { $0["subjects"].elements.map(\.text).contains("agent:\(agent)") })
        }
    }

    @Test func itIsExportedAsATableAndAsLines() async throws {
        try await ServiceUnderTest.run { _, caller in
            for name in ["a", "b"] { _ = try await caller.post("/v1/agents", #"{"name":"\#(name)"}"#) }
            let table = try await caller.send(.get, "/v1/audit?limit=1", nil, headers: [.accept: "text/csv"])
            #expect(table.headers[.contentType]?.hasPrefix("text/csv") == true)
            let rows = table.text.split(separator: "\r\n", omittingEmptySubsequences: true)
            #expect(rows.count == 2 && rows[0].hasPrefix("id,created_at,kind,action,subjects,"))
            #expect(table.headers[HTTPField.Name("Link")!] != nil)
            let lines = try await caller.send(.get, "/v1/audit", nil, headers: [.accept: "application/x-ndjson"])
            #expect(lines.text.split(separator: "\n").count == 2)
            let usage = try await caller.send(
                .get,
                "/v1/usage?group_by=day&group_by=model",
                nil,
                headers: [.accept: "text/csv"]
            )
            #expect(usage.text.hasPrefix("day,user_id,agent_id,provider,model,calls,texts,tokens,bytes,cost\r\n"))
        }
    }

    @Test func itIsNeverChangedAndReadByAdminsAlone() async throws {
        try await withTestDatabase { database in
            let workspace = try await TestWorkspace.make(in: database)
            try await database.write(as: workspace.asAnn) { tx in
                tx.audit(NewAuditEntry(kind: .write, subjects: ["item:x"]))
            }
            for pool in [database.app, database.worker] {
                for statement in [
                    "UPDATE mneme.audit_entries SET action = 'x'", "DELETE FROM mneme.audit_entries",
                    "TRUNCATE mneme.audit_entries",
                ] {
                    let error = await storeOrDriverError {
                        _ = try await pool.withTransaction(
                            TransactionSettings(localSettings: workspace.settings(workspace.admin))
                        ) { try await $0.execute(PostgresQuery(unescaped: statement)) }
                    }
                    #expect(error?.sqlState == .insufficientPrivilege, "\(statement)")
                }
            }
            @Sendable func entries(_ principal: Principal) async throws -> [AuditEntry] {
                try await database.read(as: principal) {
                    try await $0.auditEntries(AuditFilter(), PageRequest(limit: 10)).rows
                }
            }
            #expect(try await entries(workspace.admin).map(\.userID) == [workspace.ann])
            #expect(await storeError { _ = try await entries(workspace.asAnn) }?.code == .forbidden)
            let seen = try await database.app.withTransaction(
                TransactionSettings(localSettings: workspace.settings(workspace.asAnn))
            ) { try await $0.query("SELECT 1 FROM mneme.audit_entries") }
            #expect(seen.isEmpty)
        }
    }

    @Test func theLimitsOfAWorkspaceAndItsSpendingAreShown() async throws {
        try await ServiceUnderTest.run { _, caller in
            let agent = try await caller.post("/v1/agents", #"{"name":"scout"}"#).string("id")
            _ = try await caller.post("/v1/items", #"{"agent_id":"\#(agent)","content":"four"}"#)
            let limits = try await caller.get("/v1/workspace/limits")
            #expect(limits.string("tier") == "enterprise")
            let quotas = limits["quotas"].elements
            #expect(quotas.map { $0["name"].text } == Quota.allCases.map(\.rawValue))
            #expect(quotas.allSatisfy { $0["limit"] == .null })
            #expect(quotas[0]["used"] == .integer(1) && quotas[1]["used"] == .integer(1))
            let body = #"{"agent_id":"\#(agent)","period":"day","amount":"12.50"}"#
            let set = try await caller.send(.put, "/v1/workspace/spending-limit", body)
            #expect(set["spending_limits"].elements.map { $0["amount"].text } == ["12.5"])
            let bad = try await caller.send(.put, "/v1/workspace/spending-limit", #"{"amount":"-1"}"#)
            #expect(bad.status == 400 && bad.fields == ["/amount"])
            let gone = try await caller.send(.put, "/v1/workspace/spending-limit", #"{"agent_id":"\#(agent)"}"#)
            #expect(gone["spending_limits"].elements.isEmpty)
        }
    }
}
