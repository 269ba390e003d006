internal import ArgumentParser
internal import Foundation

/// `mneme bench engine`: the vector index behind a line protocol, for measuring it beside other engines.
struct BenchEngineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine",
        abstract: "Serve the vector index to a measuring program over standard input and output.",
        discussion: """
            One JSON object a line comes in, one answer a line goes out: {"cmd":"hello"}, {"cmd":"build", …} and \
            {"cmd":"search", …}, as docs/benchmarks.md describes. The end of the input ends the program.
            """
    )

    func run() throws {
        var engine = BenchEngine()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        while let line = readLine() {
            let reply: BenchReply
            do {
                reply = try engine.answer(Self.request(line))
            } catch {
                reply = BenchReply(error: String(describing: error))
            }
            try FileHandle.standardOutput.write(contentsOf: encoder.encode(reply) + Data("\n".utf8))
        }
    }

    private static func request(_ line: String) throws -> BenchRequest {
        do {
            return try JSONDecoder().decode(BenchRequest.self, from: Data(line.utf8))
        } catch DecodingError.keyNotFound(let key, _) {
            throw BenchFailure("the field \(key.stringValue) is missing")
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
            throw BenchFailure(
                context.codingPath.last.map { "the field \($0.stringValue) has another type" }
                    ?? "the line is no JSON object"
            )
        } catch DecodingError.dataCorrupted(let context) {
            throw BenchFailure(
                context.codingPath.last.map { "the field \($0.stringValue): \(context.debugDescription)" }
                    ?? "the line is no JSON object"
            )
        }
    }
}

/// One line of the protocol's input.
struct BenchRequest: Decodable {
    enum Command: String, Decodable {
        case hello
        case build
        case search
    }

    let cmd: Command
    /// build: the file of vectors, and how many threads may link them.
    let base: String?
    let threads: Int?
    /// build: whether to measure the index's serialised form.
    let size: Bool?
    /// search: the file of queries, and how many of them to run.
    let query: String?
    let nq: Int?
    /// search: neighbours for each query, and how hard to look: below 1 the share of them to find, else the candidates kept
    /// on the way (`ef`).
    let k: Int?
    let p: Double?
    /// search: where the ids go, and which rows are allowed.
    let out: String?
    let mask: String?
}

/// One line of the protocol's output; what does not apply is left out.
struct BenchReply: Encodable {
    var ok = true
    var error: String?
    var name: String?
    var params: [Double]?
    var filter: Bool?
    /// Seconds by the wall clock, and of processor time over all threads.
    var s: Double?
    var cpuSeconds: Double?
    /// Bytes of memory added by the build, and of the serialised form.
    var rss: Int?
    var size: UInt64?
    var nq: Int?

    private enum CodingKeys: String, CodingKey {
        case ok, error, name, params, filter, s, rss, size, nq
        case cpuSeconds = "cpu_s"
    }
}

extension BenchReply {
    init(error: String) {
        ok = false
        self.error = error
    }
}
