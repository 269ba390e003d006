import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import Testing

struct PagingTests {
    @Test func pagesJoinIntoTheWholeListInOrder() async throws {
        try await TestService().run { caller in
            for number in 0..<23 { _ = try await caller.post("/v1/channels", #"{"name":"c\#(number)"}"#) }
            let whole = try await caller.get("/v1/channels?limit=1000")
            #expect(whole["next_cursor"] == .null)
            #expect(whole.headers[.linkField] == nil)
            var names: [String] = []
            var path = "/v1/channels?limit=5"
            while true {
                let page = try await caller.get(path)
                #expect(page["channels"].elements.count <= 5)
                names += page["channels"].elements.map { $0["name"].text }
                guard case .string(let cursor) = page["next_cursor"] else { break }
                #expect(page.headers[.linkField] == "</v1/channels?limit=5&cursor=\(cursor)>; rel=\"next\"")
                path = "/v1/channels?limit=5&cursor=\(cursor)"
            }
            #expect(names == whole["channels"].elements.map { $0["name"].text })
            #expect(Set(names).count == 23)
        }
    }

    @Test func aCursorOpensOnlyTheListItWasReturnedFor() async throws {
        let service = try await TestService()
        try await service.run { [stranger = service.stranger] caller in
            for number in 0..<3 {
                _ = try await caller.post("/v1/channels", #"{"name":"c\#(number)"}"#)
                _ = try await caller.post("/v1/agents", #"{"name":"a\#(number)"}"#)
            }
            let cursor = try await caller.get("/v1/channels?limit=1").string("next_cursor")
            #expect(try await caller.get("/v1/channels?limit=2&cursor=\(cursor)").status == 200)
            let paths = [
                "/v1/agents?limit=1&cursor=\(cursor)", "/v1/items?cursor=\(cursor)",
                "/v1/channels?cursor=\(cursor)A", "/v1/channels?cursor=\(cursor.dropLast())", "/v1/channels?cursor=x",
            ]
            for path in paths {
                let answer = try await caller.get(path)
                #expect(answer.status == 400, "\(path)")
                #expect(answer.code == "invalid_cursor")
                #expect(answer.fields == ["cursor"])
            }
            #expect(try await caller.with(stranger).get("/v1/channels?cursor=\(cursor)").code == "invalid_cursor")
        }
    }

    @Test func everyOtherCharacterOfACursorIsRefused() async throws {
        try await TestService().run { caller in
            for number in 0..<2 { _ = try await caller.post("/v1/channels", #"{"name":"c\#(number)"}"#) }
            let cursor = Array(try await caller.get("/v1/channels?limit=1").string("next_cursor").utf8)
            for position in cursor.indices {
                var tampered = cursor
                tampered[position] = tampered[position] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
                let text = String(decoding: tampered, as: UTF8.self)
                #expect(try await caller.get("/v1/channels?limit=1&cursor=\(text)").status == 400)
            }
        }
    }
}
