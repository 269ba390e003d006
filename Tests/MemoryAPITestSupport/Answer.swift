package import HTTPTypes
package import MemoryModel

/// An answer, parsed.
package struct Answer: Sendable {
    package let status: Int
    package let headers: HTTPFields
    package let bytes: [UInt8]

    package var text: String { String(decoding: bytes, as: UTF8.self) }
    package var json: JSONValue { (try? JSONParser.parse(bytes)) ?? .null }

    package subscript(_ name: String) -> JSONValue { json[name] }

    /// A string member.
    package func string(_ name: String) -> String { json[name].text }

    /// The problem's code.
    package var code: String { string("code") }

    /// The pointers and parameters that a problem names.
    package var fields: [String] {
        json["errors"].elements.map { error in
            error["pointer"] == .null ? error["parameter"].text : error["pointer"].text
        }
    }

    /// The body without what differs between two requests.
    package var withoutRequestID: JSONValue {
        guard case .object(var members) = json else { return json }
        members["request_id"] = nil
        return .object(members)
    }
}

extension JSONValue {
    /// A member of an object; null where there is none.
    package subscript(_ name: String) -> JSONValue {
        if case .object(let members) = self { members[name] ?? .null } else { .null }
    }

    package var text: String { if case .string(let text) = self { text } else { "" } }
    package var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
    package var members: [String: JSONValue] { if case .object(let members) = self { members } else { [:] } }
}
