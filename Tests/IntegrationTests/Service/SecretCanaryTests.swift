import HTTPTypes
import Logging
import MemoryAPITestSupport
import MemoryModel
import MemoryTestSupport
import PostgresDriver
import PostgresStorage
import Testing

/// Memory text, keys and passwords are written to no log, metric, problem, trace, event or job, at any level.
struct SecretCanaryTests {
    private static let text = "zxcanarytext"
    private static let place = "zxcanaryplace"
    private static let password = "zxcanarypassword"

    @Test func nothingSecretLeavesByLogMetricProblemTraceEventOrJob() async throws {
        let tap = LogTap.shared
        try await ServiceUnderTest.run { service, caller in
            var problems: [Answer] = []
            let text = Self.text
            let agent = try await caller.post("/v1/agents", #"{"name":"scout"}"#).string("id")
            let samples = try await Samples.make(caller, suffix: "2")
            let item = try await caller.post("/v1/items", #"{"agent_id":"\#(agent)","content":"\#(text) one"}"#)
            _ = try await caller.post("/v1/context", #"{"agent_id":"\#(agent)","query":"\#(text)"}"#)
            _ = try await caller.get("/v1/search/messages?q=\(text)")
            _ = try await caller.get("/v1/search/items?q=\(text)")
            let thread = samples.ids["thread_id"] ?? ""
            _ = try await caller.post(
                "/v1/threads/\(thread)/messages",
                #"{"content":"\#(text)","author":"Ada","author_type":"human"}"#
            )
            // Everything that is refused, at every layer: parser, shapes, domain, store, provider.
            let refused: [(HTTPRequest.Method, String, String)] = [
                (.post, "/v1/items", #"{"content":"\#(text)","color":1}"#),
                (.post, "/v1/items", #"{"content":"\#(text)" "#),
                (.post, "/v1/items", #"{"content":"\#(text)","id":"\#(item.string("id"))"}"#),
                (.post, "/v1/items", #"{"content":"\#(text)","collection_id":"\#(item.string("id"))"}"#),
                (.post, "/v1/items", #"{"content":"\#(text)","trust":"\#(text)"}"#),
                (.post, "/v1/context", #"{"query":"\#(text)","token_budget":0}"#),
                (.post, "/v1/context", #"{"query":"\#(text)","consistency_token":"\#(text)"}"#),
                (
                    .patch, "/v1/items/\(item.string("id"))",
                    #"{"content":"\#(text)","valid_from":"2090-01-01T00:00:00Z"}"#
                ),
                (.get, "/v1/items?cursor=\(text)", ""), (.get, "/v1/items?state=\(text)", ""),
                (.get, "/v1/\(text)", ""), (.get, "/v1/items/\(text)", ""),
            ]
            for (method, path, body) in refused {
                problems.append(try await caller.send(method, path, body.isEmpty ? nil : body))
            }
            problems.append(try await caller.with("mn_\(text)").get("/v1/items"))
            service.embedder.failNext([EmbeddingError(.invalidInput, "a text was refused")])
            await service.work()

            for problem in problems {
                #expect(problem.status >= 400)
                #expect(!problem.text.contains(text), "\(problem.text)")
            }
            let metrics = try await caller.with(nil).get("/metrics").text
            await service.writeTraces()
            let key = caller.key ?? ""
            let issued = key.suffix(40)
            for canary in [text, String(issued)] {
                #expect(!metrics.contains(canary))
                #expect(tap.lines(holding: canary).isEmpty)
                for table in ["events", "jobs", "context_traces", "usage", "api_keys"] {
                    let rows = try await service.database.rows(of: table, holding: canary)
                    #expect(rows == 0, "\(table)")
                }
            }
        }
        #expect(tap.count > 0)
    }

    @Test func aTextInAnyPlaceOfAnyRouteIsInNoOutputOfTheServersOwn() async throws {
        let tap = LogTap.shared
        try await ServiceUnderTest.run { service, caller in
            var samples = try await Samples.make(caller)
            // The id of a request is the caller's own name for it in our logs.
            let slots = TextSlot.all(service.routes).filter { $0.place != .header("X-Request-Id") }
            for (number, slot) in slots.enumerated() {
                if number % 500 == 499 { samples = try await Samples.make(caller, suffix: "-\(number)") }
                let answer = try await slot.send("\(Self.place)\(number)", samples, caller, number: number)
                // Good answers give back what is remembered; what is refused is not repeated.
                #expect(answer.status < 500, "\(slot): \(answer.text)")
                #expect(answer.status < 400 || !answer.text.contains(Self.place), "\(slot): \(answer.text)")
            }
            await service.writeTraces()
            await service.work()
            #expect(try await !caller.with(nil).get("/metrics").text.contains(Self.place))
            #expect(tap.lines(holding: Self.place).isEmpty, "\(tap.lines(holding: Self.place).prefix(3))")
            for table in ["events", "jobs", "context_traces", "usage", "audit_entries"] {
                #expect(try await service.database.rows(of: table, holding: Self.place) == 0, "\(table)")
            }
        }
    }

    @Test func aRefusedPasswordIsInNoErrorAndNoLog() async throws {
        let tap = LogTap.shared
        try await withTestDatabase { database in
            let address = try database.admin.replacing(user: DatabaseLogin.app.roleName, password: Self.password)
            let pool = try PostgresPool(
                configuration: PostgresPoolConfiguration(
                    connection: PostgresConfiguration(connectionString: address.connectionString)
                ),
                logger: Logger(label: "canary")
            )
            var shown = "\(address)"
            dump(address, to: &shown)
            do {
                _ = try await pool.withTransaction(TransactionSettings(), deadline: .now + .seconds(5)) {
                    try await $0.query("SELECT 1")
                }
            } catch {
                shown += "\(error)" + String(reflecting: error)
            }
            await pool.shutDown(deadline: .now + .seconds(5))
            #expect(!shown.contains(Self.password))
            #expect(tap.lines(holding: Self.password).isEmpty)
        }
    }
}

extension TestDatabase {
    /// How many rows of a table hold a text in any column.
    func rows(of table: String, holding text: String) async throws -> Int {
        try await withAdministration { administration in
            try await administration.query(
                "SELECT count(*) FROM mneme.\(unescaped: table) AS t WHERE position(\(text) IN t::text) > 0"
            ).decodeOne(Int.self)
        }
    }
}
