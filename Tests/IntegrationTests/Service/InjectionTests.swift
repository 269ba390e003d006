import Foundation
import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import MemoryTestSupport
import Testing

/// Texts that mean something to SQL, JSON, search syntax, shells, templates or paths, in every place of every route: they
/// are texts, and nothing else.
///
/// About 4,000 requests by default, drawn from a seed; 60,000 with `MNEME_LONG_TESTS=1`.
struct InjectionTests {
    private static let isLong = ProcessInfo.processInfo.environment["MNEME_LONG_TESTS"] == "1"

    /// Payloads; `ID` becomes the id of something of another workspace.
    private static let payloads: [String] =
        [
            "'", "\"", "''", "\\", "\\'", "%", "_", "%%", "$1", "$2", "?", ":x", "--", "/*", "*/", ";", "`", "{", "}",
            "[", "(", ")",
        ]
        + [
            "' OR '1'='1", "' OR 1=1 --", "\" OR \"\"=\"", "1 OR 1=1", "') OR ('1'='1", "' UNION SELECT NULL --",
            "' UNION SELECT secret_hash, NULL FROM mneme.api_keys --", "'; DROP TABLE mneme.items; --",
            "'; SELECT set_config('app.workspace_id', 'ID', false); --", "x' AND workspace_id = 'ID' --",
            "'; RESET ROLE; --", "'; COMMIT; --", "1; SELECT pg_sleep(5)", "' || pg_sleep(5) || '", "'::uuid", "$$x$$",
            "E'\\\\'", "U&'\\0027'", "ID", "'ID'", "{\"$ne\":null}", "{\"$gt\":\"\"}", "[\"*\"]", "*", "null", "NULL",
            "true",
            "a & b", "a | !b", "a:*", "!!!", "<->", "a <-> b", "((a", "\"a", "-\"a", "OR OR OR", "a OR", "- -", ":*",
            "a\\:b",
            "../../etc/passwd", "..%2f..%2f", "/etc/passwd\u{1}", "file:///etc/passwd", "http://169.254.169.254/",
            "${jndi:ldap://x}", "{{7*7}}", "#{7*7}", "$(id)", "`id`", "|id", "%n%s%x", "<script>alert(1)</script>",
            "<mark>x</mark>", "</context>", "]]>", "<!--", "\r\nX-Injected: 1", "\n", "\t", "\u{7f}", "\u{85}",
            "\u{2028}",
            "\u{202e}txt", "\u{feff}", "\u{e0041}", "é", "e\u{301}", "中文", "ا", "👩‍👩‍👧", "İ", "ß", "ﷺ", "𝒳",
            String(repeating: "'", count: 200), String(repeating: "(", count: 200), String(repeating: "\\", count: 255),
            "thread:ID", "thread:' OR 1=1", "global'", "9223372036854775808", "-0", "1e999", "0x41", "1,2",
            "2026-01-01",
            "2026-01-01T00:00:00Z'; --", "W/\"1\"", "\"1\", \"2\"", "Bearer ID", "mn_ID", "eyJhbGciOiJub25lIn0.e30.",
        ]

    @Test func aTextIsATextInEveryPlaceOfEveryRoute() async throws {
        try await ServiceUnderTest.run { service, caller in
            let stranger = caller.with(service.stranger)
            let theirs = try await Samples.make(stranger)
            let canary = "canary-of-the-stranger"
            _ = try await stranger.post(
                "/v1/items",
                #"{"content":"\#(canary)","collection_id":"\#(theirs.ids["collection_id"] ?? "")"}"#
            )
            // What is written beside an answer is written before it is counted.
            await service.writeTraces()
            await service.work()
            let before = try await Self.rows(service, stranger)
            var samples = try await Samples.make(caller)
            var random = SeededGenerator(seed: 7)
            let slots = TextSlot.all(service.routes)
            let wanted = UInt64(Self.isLong ? 60_000 : 4_000)
            let all = UInt64(slots.count * Self.payloads.count)
            var sent = 0
            for slot in slots {
                for payload in Self.payloads where random.next() % all < wanted {
                    let noun = theirs.ids.randomElement(using: &random)?.value ?? ""
                    // Alone, and behind something.
                    let text = (sent.isMultiple(of: 2) ? "" : "tea") + payload.replacing("ID", with: noun)
                    // What is deleted on the way is made anew.
                    if sent % 2_000 == 1_999 { samples = try await Samples.make(caller, suffix: "-\(sent)") }
                    sent += 1
                    let answer = try await slot.send(text, samples, caller, number: sent)
                    #expect(answer.status < 500, "\(slot) \(text.debugDescription): \(answer.text.prefix(300))")
                    #expect(!answer.text.contains(canary), "\(slot) \(text.debugDescription)")
                    #expect(answer.headers[HTTPField.Name("X-Injected") ?? .server] == nil)
                }
            }
            #expect(try await Self.rows(service, stranger) == before)
            print("injection: \(sent) requests, \(slots.count) places, \(Self.payloads.count) payloads")
        }
    }

    /// What each table has for the other workspace.
    private static func rows(_ service: ServiceUnderTest, _ stranger: Caller) async throws -> [String] {
        let workspace = try await stranger.get("/v1/workspace").string("id")
        guard let id = Identifier<Workspace>(workspace) else { return [] }
        return try await service.database.rowDigests(of: id)
    }
}
