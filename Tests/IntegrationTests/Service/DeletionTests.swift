import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import Testing

/// What goes with a workspace or a person: every row, counted past all policies.
struct DeletionTests {
    @Test func aGroupGoesOnceNothingIsSharedWithIt() async throws {
        try await ServiceUnderTest.run { service, caller in
            let group = try await caller.post("/v1/audiences", #"{"name":"on call"}"#).string("id")
            let named = #"{"name":"rota","audience_id":"\#(group)"}"#
            let collection = try await caller.post("/v1/collections", named).string("id")
            let channel = try await caller.post("/v1/channels", named).string("id")
            // An admin who is no member does not see what the group has, and is told all the same.
            let user = try await caller.post("/v1/users", #"{"name":"Ada","role":"admin"}"#).string("id")
            let body = #"{"name":"k","user_id":"\#(user)","role":"admin","scopes":["workspace:manage"]}"#
            let ada = caller.with(try await caller.post("/v1/keys", body).string("secret"))
            for path in ["/v1/collections/\(collection)", "/v1/channels/\(channel)"] {
                #expect(try await ada.send(.delete, "/v1/audiences/\(group)").status == 409)
                #expect(try await caller.send(.delete, path).status == 200)
            }
            #expect(try await ada.send(.delete, "/v1/audiences/\(group)").status == 200)
            #expect(try await caller.send(.delete, "/v1/audiences/\(group)").status == 404)
            #expect(try await caller.get("/v1/audiences/\(group)/members").status == 404)
            // No other audience goes by itself.
            for audience in try await caller.get("/v1/audiences")["audiences"].elements {
                #expect(try await caller.send(.delete, "/v1/audiences/\(audience["id"].text)").status == 404)
            }
        }
    }

    @Test func aWorkspaceLeavesNoRowInAnyTable() async throws {
        try await ServiceUnderTest.run { service, caller in
            let samples = try await Samples.make(caller)
            let ada = try await PersonalSamples.invite("ada", by: caller)
            _ = try await PersonalSamples.make(ada, text: "tea", name: "ada's", beside: samples)
            await service.work()
            await service.writeTraces()
            _ = try await caller.send(.post, "/v1/channels", #"{"name":"kept"}"#, headers: [.idempotency: "once"])
            let id = try #require(Identifier<Workspace>(try await caller.get("/v1/workspace").string("id")))
            let stranger = caller.with(service.stranger)
            let other = try #require(Identifier<Workspace>(try await stranger.get("/v1/workspace").string("id")))
            _ = try await Samples.make(stranger)
            let others = try await service.database.rowCounts(of: other)
            #expect(try await service.database.rowCounts(of: id).filter { !$0.hasSuffix(" 0") }.count > 15)
            #expect(try await caller.send(.delete, "/v1/workspace?confirm=\(id)").status == 200)
            #expect(try await service.database.rowCounts(of: id).allSatisfy { $0.hasSuffix(" 0") })
            #expect(try await service.database.rowCounts(of: other) == others)
        }
    }

    @Test func aPersonLeavesNothingThatOnlyThePersonCouldSee() async throws {
        try await ServiceUnderTest.run { service, caller in
            let samples = try await Samples.make(caller)
            await service.work()
            await service.writeTraces()
            let id = try #require(Identifier<Workspace>(try await caller.get("/v1/workspace").string("id")))
            // Jobs, events, counts, traces and the append-only audit are what happened, not what the person had.
            let records = ["events", "jobs", "usage", "requests", "context_traces", "event_heads", "audit_entries"]
            func rows() async throws -> [String] {
                try await service.database.rowCounts(of: id).filter { line in
                    !records.contains { line.hasPrefix("\($0) ") }
                }
            }
            let before = try await rows()
            let ada = try await PersonalSamples.invite("ada", by: caller)
            _ = try await PersonalSamples.make(ada, text: "tea", name: "ada's", beside: samples)
            await service.work()
            #expect(try await rows() != before)
            let users = try await caller.get("/v1/users")["users"].elements
            let user = users.first { $0["name"] == .string("ada") }?["id"].text ?? ""
            #expect(try await caller.send(.delete, "/v1/users/\(user)").status == 200)
            let after = try await rows()
            #expect(after == before, "\(Set(after).symmetricDifference(before).sorted())")
            #expect(try await ada.get("/v1/workspace").status == 401)
        }
    }
}
