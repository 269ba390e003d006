import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import MemoryTestSupport
import Testing

struct RouteTableTests {
    private func open(_ pattern: String) -> Route {
        Route(
            method: .get,
            pattern: pattern,
            access: .open { Reply(body: []) },
            tag: "t",
            summary: "s",
            isWrite: false,
            isRepeatable: false,
            body: nil,
            parameters: [],
            status: .ok,
            answer: nil
        )
    }

    @Test func aRouteWithoutAScopeDoesNotStart() {
        let error = #expect(throws: RouteTableError.self) { try RouteTable([open("/v1/items")]) }
        #expect(error?.code == .withoutScope)
        #expect(error?.description.contains("GET /v1/items") == true)
    }

    @Test func aRouteThatIsThereTwiceDoesNotStart() {
        let error = #expect(throws: RouteTableError.self) { try RouteTable([open("/livez"), open("/livez")]) }
        #expect(error?.code == .duplicate)
    }

    @Test func everyRouteOfTheServiceUnderV1HasAScope() async throws {
        for route in try await TestService().service.table.routes {
            // The key that receipts are checked with is for everybody.
            let isScoped = route.pattern.hasPrefix("/v1/") && route.pattern != "/v1/erasure-key"
            #expect((route.access.scope != nil) == isScoped, "\(route.name)")
        }
    }

    @Test func methodsOfAPathAreFoundByPattern() async throws {
        let table = try await TestService().service.table
        #expect(Set(table.methods(ofPath: "/v1/items")) == [.get, .head, .post, .options])
        #expect(Set(table.methods(ofPath: "/v1/items/anything")) == [.get, .head, .patch, .delete, .options])
        #expect(table.methods(ofPath: "/v1/nothing").isEmpty)
        #expect(table.methods(ofPath: "/").isEmpty)
    }

    @Test func queriesAreDecodedStrictly() throws {
        let query = try QueryString("a=1&b=x+y%20z&c&a=%C3%A9")
        #expect(query.parameters.map(\.name) == ["a", "b", "c", "a"])
        #expect(query.parameters.map(\.value) == ["1", "x y z", "", "é"])
        for text in ["a=%", "a=%4", "a=%zz", "a=%FF", "a=%00", "%C3=1"] {
            #expect(throws: Problem.self) { try QueryString(text) }
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func sealedTextsOpenInTheirContextAlone(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let sealer = Sealer(secret: "secret \(seed % 3)".asSecret)
        let payload = (0..<Int.random(in: 0..<40, using: &random)).map { _ in
            UInt8.random(in: .min ... .max, using: &random)
        }
        let text = sealer.seal(payload, context: ["a", "b"])
        #expect(sealer.open(text, context: ["a", "b"]) == payload)
        #expect(sealer.open(text, context: ["ab"]) == nil)
        #expect(sealer.open(text, context: ["a", "b", ""]) == nil)
        #expect(Sealer(secret: "another".asSecret).open(text, context: ["a", "b"]) == nil)
        var bytes = Array(text.utf8)
        let position = Int.random(in: bytes.indices, using: &random)
        bytes[position] = bytes[position] == 65 ? 66 : 65
        #expect(sealer.open(String(decoding: bytes, as: UTF8.self), context: ["a", "b"]) == nil)
        #expect(sealer.open(String(text.dropLast()), context: ["a", "b"]) == nil)
        #expect(sealer.open(text + "A", context: ["a", "b"]) == nil)
    }
}
