import HTTPTypes
import MemoryModel

/// The rows of a list in the form that `Accept` asks for: JSON, lines of JSON, or a table for spreadsheets.
enum TableExport: String {
    case csv = "text/csv"
    case lines = "application/x-ndjson"

    /// The form that a request asks for; nil for JSON.
    init?(accept: String?) {
        let wanted = (accept ?? "").split(separator: ",").map { part in
            String(part.prefix { $0 != ";" }).trimmingSpace.lowercased()
        }
        guard let form = wanted.lazy.compactMap(TableExport.init(rawValue:)).first else { return nil }
        self = form
    }

    /// The rows of a JSON answer in this form; a table has a heading and these columns.
    func reply(_ reply: Reply, rows name: String, columns: [String]) throws(Problem) -> Reply {
        guard case .object(let members)? = try? JSONParser.parse(reply.body), case .array(let rows)? = members[name]
        else { throw Problem(.internalError) }
        var reply = reply
        reply.contentType = self == .csv ? "text/csv; charset=utf-8; header=present" : rawValue
        reply.body = self == .csv ? Self.table(rows, columns) : Self.lines(rows)
        return reply
    }

    private static func lines(_ rows: [JSONValue]) -> [UInt8] {
        var bytes: [UInt8] = []
        for row in rows {
            var writer = JSONWriter()
            writer.value(row)
            bytes += writer.bytes
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    /// As of RFC 4180.
    private static func table(_ rows: [JSONValue], _ columns: [String]) -> [UInt8] {
        var text = columns.joined(separator: ",") + "\r\n"
        for row in rows {
            guard case .object(let members) = row else { continue }
            text += columns.map { cell(members[$0] ?? .null) }.joined(separator: ",") + "\r\n"
        }
        return Array(text.utf8)
    }

    private static func cell(_ value: JSONValue) -> String {
        switch value {
        case .null: ""
        case .bool(let flag): String(flag)
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .string(let text): quoted(text)
        case .array(let elements): quoted(elements.map(plain).joined(separator: " "))
        case .object: ""
        }
    }

    private static func plain(_ value: JSONValue) -> String {
        if case .string(let text) = value { text } else { cell(value) }
    }

    private static func quoted(_ text: String) -> String {
        guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
        let doubled = text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
        return "\"\(doubled)\""
    }
}

extension Route {
    /// The same route, which gives the rows of its answer as CSV or lines of JSON where `Accept` asks for them.
    func exporting(rows name: String, columns: [String]) -> Route {
        guard case .scope(let scope, let handle) = access else { return self }
        return Route(
            method: method,
            pattern: pattern,
            access: .scope(scope) { call, body in
                let reply = try await handle(call, body)
                guard let form = TableExport(accept: call.headers[.accept]) else { return reply }
                return try form.reply(reply, rows: name, columns: columns)
            },
            tag: tag,
            summary: summary + " With Accept: text/csv or application/x-ndjson as a table or as lines.",
            rateClass: rateClass,
            isWrite: isWrite,
            isRepeatable: isRepeatable,
            body: body,
            parameters: parameters,
            status: status,
            answer: answer
        )
    }
}
