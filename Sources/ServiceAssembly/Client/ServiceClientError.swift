package import MemoryModel

/// Why a running service did not do what was asked.
///
/// The description is safe to log: it holds the service's own sentences, no texts and no key.
package struct ServiceClientError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure, as callers act on them.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// Neither MNEME_API_KEY nor a credentials file.
        case noCredentials
        /// Nobody answers at the URL.
        case unreachable
        /// The exchange broke off; a write may have been done.
        case interrupted
        /// The service refused; ``ServiceClientError/problem`` says why.
        case refused
        /// The answer is not what this version of the service gives.
        case malformedAnswer
        /// There is nothing of the name that was given.
        case notFound
    }

    /// What the service said of a request that it refused (RFC 9457).
    package struct Problem: Sendable, Hashable {
        /// A field at fault: its pointer in the body or its name as a parameter, and what is wrong with it.
        package struct Field: Sendable, Hashable {
            package let name: String
            package let detail: String
        }

        /// The HTTP status.
        package let status: Int
        /// The stable code, such as `not_found`; empty where the answer has none.
        package let code: String
        /// A sentence for people.
        package let detail: String
        /// The fields at fault.
        package let fields: [Field]
        /// The id under which the service's log has the request.
        package let requestID: String?

        /// Reads `application/problem+json`.
        package init(status: Int, _ json: JSONValue?) {
            self.status = status
            code = json?["code"].text ?? ""
            detail = json?["detail"].text ?? "The service answered with status \(status)."
            requestID = json?["request_id"].text
            fields = (json?["errors"].elements ?? []).map { field in
                Field(
                    name: field["pointer"].text ?? field["parameter"].text ?? "",
                    detail: field["detail"].text ?? ""
                )
            }
        }
    }

    /// What went wrong.
    package let code: Code
    /// A sentence for people.
    package let message: String
    /// What the service said, where it refused.
    package let problem: Problem?

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
        problem = nil
    }

    package init(refused problem: Problem) {
        code = .refused
        message = problem.detail
        self.problem = problem
    }

    package var description: String {
        guard let problem else { return message }
        let fields = problem.fields.map { "\($0.name) \($0.detail)" }.joined(separator: "; ")
        let name = problem.code.isEmpty ? "" : " (\(problem.code))"
        return fields.isEmpty ? "\(message)\(name)" : "\(message)\(name) \(fields)"
    }
}

extension JSONValue {
    /// A member of an object; null for what is not there.
    package subscript(_ name: String) -> JSONValue {
        if case .object(let members) = self { members[name] ?? .null } else { .null }
    }

    /// The string, where it is one.
    package var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The integer, where it is one.
    package var integer: Int? {
        if case .integer(let value) = self { Int(value) } else { nil }
    }

    /// The number, where it is one.
    package var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The truth value, where it is one.
    package var flag: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements, where it is an array.
    package var elements: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// Whether it is null, or was not there.
    package var isNull: Bool { self == .null }
}
