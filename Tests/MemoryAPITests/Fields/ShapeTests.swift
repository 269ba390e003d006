import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import Testing

struct ShapeTests {
    private struct Payload: Sendable, Equatable {
        var name = ""
        var count = 7
        var note: String?
        var ids: [Identifier<Agent>] = []
    }

    private let shape = ObjectShape(
        "Payload",
        Payload(),
        [
            .required("name", \.name, .text(1...5)), .defaulted("count", \.count, .integer(1...9)),
            .optional("note", \.note, .text(0...3)), .defaulted("ids", \.ids, .list(.id(), 0...2)),
        ]
    ).shape

    private func read<Value>(_ text: String, _ shape: Shape<Value>) throws -> (Value?, [String]) {
        var problems = FieldProblems()
        let value = shape.decode(try JSONParser.parse(Array(text.utf8)), &problems)
        let places = problems.found.map { problem in
            switch problem.place {
            case .body(let pointer): pointer.description
            case .parameter(let name): "?" + name
            }
        }
        return (value, places)
    }

    @Test func absentFieldsKeepTheirDefaults() throws {
        #expect(try read(#"{"name":"a"}"#, shape).0 == Payload(name: "a"))
        #expect(try read(#"{"name":"a","note":null}"#, shape).0 == Payload(name: "a"))
    }

    @Test(arguments: [
        (#"{}"#, ["/name"]), (#"{"name":""}"#, ["/name"]), (#"{"name":"abcdef"}"#, ["/name"]),
        (#"{"name":1}"#, ["/name"]),
        (#"{"name":null}"#, ["/name"]), (#"{"name":"a","count":0}"#, ["/count"]),
        (#"{"name":"a","count":1.5}"#, ["/count"]),
        (#"{"name":"a","count":null}"#, ["/count"]), (#"{"name":"a","other":1}"#, ["/other"]),
        (#"{"name":"a","ids":["x","y"]}"#, ["/ids/0", "/ids/1"]), (#"{"name":"a","ids":[1,2,3]}"#, ["/ids"]),
        (#"{"name":"a","ids":{}}"#, ["/ids"]), (#"[]"#, [""]), (#""a""#, [""]),
        (#"{"name":2,"count":"x","zz/~":1}"#, ["/name", "/count", "/zz~1~0"]),
    ])
    func everyFieldAtFaultIsNamed(text: String, places: [String]) throws {
        let (value, found) = try read(text, shape)
        #expect(value == nil)
        #expect(found == places)
    }

    @Test func lengthsCountCharactersAsTheSchemaDoes() throws {
        #expect(try read(#"{"name":"ééééé"}"#, shape).0?.name == "ééééé")
        #expect(try read(#"{"name":"😀😀😀😀😀"}"#, shape).0 != nil)
        #expect(try read(#"{"name":"éééééé"}"#, shape).1 == ["/name"])
    }

    @Test func timesNeedAZone() throws {
        #expect(try read(#""2026-03-01T09:30:00Z""#, Shape<Timestamp>.time).0?.description == "2026-03-01T09:30:00Z")
        for text in [#""2026-03-01T09:30:00""#, #""yesterday""#, "1", #""2026-02-30T00:00:00Z""#] {
            #expect(try read(text, Shape<Timestamp>.time).0 == nil)
        }
    }

    @Test func theSchemaSaysWhatTheShapeTakes() {
        guard case .object(let schema)? = shape.schema.definitions["Payload"] else {
            Issue.record("no definition")
            return
        }
        #expect(schema["required"] == .array([.string("name")]))
        #expect(schema["additionalProperties"] == .bool(false))
        let properties = schema["properties"]?.members ?? [:]
        #expect(Set(properties.keys) == ["name", "count", "note", "ids"])
        #expect(properties["name"]?["maxLength"] == .integer(5))
        #expect(properties["note"]?["type"] == .array([.string("string"), .string("null")]))
        #expect(properties["ids"]?["maxItems"] == .integer(2))
    }

    @Test func noMoreProblemsAreToldThanTheLimit() throws {
        let members = (0..<100).map { "\"x\($0)\":1" }.joined(separator: ",")
        #expect(try read("{\(members)}", shape).1.count == FieldProblems.limit)
    }
}
