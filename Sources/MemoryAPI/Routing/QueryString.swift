import MemoryModel

/// The parameters of a query string, decoded and in order.
package struct QueryString: Sendable, Hashable {
    /// Names and values.
    package let parameters: [(name: String, value: String)]

    /// Parses `name=value&…` with `%` and `+` decoded; fails for what is not UTF-8 or holds NUL.
    package init(_ text: String?) throws(Problem) {
        var parameters: [(name: String, value: String)] = []
        for pair in (text ?? "").utf8.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = parts.first, let name = Self.decoded(first) else { throw Self.malformed("query") }
            guard let value = parts.count == 2 ? Self.decoded(parts[1]) : "" else { throw Self.malformed(name) }
            parameters.append((name, value))
        }
        self.parameters = parameters
    }

    private init(parameters: [(name: String, value: String)]) {
        self.parameters = parameters
    }

    /// Equal where names, values and order are.
    package static func == (lhs: QueryString, rhs: QueryString) -> Bool {
        lhs.parameters.elementsEqual(rhs.parameters) { $0 == $1 }
    }

    /// Hashes names and values in order.
    package func hash(into hasher: inout Hasher) {
        for (name, value) in parameters {
            hasher.combine(name)
            hasher.combine(value)
        }
    }

    /// The first value of a parameter.
    func first(_ name: String) -> String? {
        parameters.first { $0.name == name }?.value
    }

    /// The same without some parameters.
    func without(_ names: Set<String>) -> QueryString {
        QueryString(parameters: parameters.filter { !names.contains($0.name) })
    }

    /// The text form, everything but unreserved characters encoded.
    var text: String {
        parameters.map { Self.encoded($0.name) + "=" + Self.encoded($0.value) }.joined(separator: "&")
    }

    /// The parameters as members of an object, in the forms that the fields have; repeated ones only where a field is
    /// a list.
    func members(forms: [String: TextForm], _ problems: inout FieldProblems) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        for (name, value) in parameters {
            switch forms[name] {
            case .list(let element)?:
                let value = Self.json(value, element)
                if case .array(let values)? = members[name] {
                    members[name] = .array(values + [value])
                } else {
                    members[name] = .array([value])
                }
            case let form:
                if members[name] != nil { problems.add("is given more than once", at: .key(name)) }
                members[name] = Self.json(value, form ?? .string)
            }
        }
        return members
    }

    private static func json(_ text: String, _ form: TextForm) -> JSONValue {
        switch form {
        case .integer: Int64(text).map(JSONValue.integer) ?? .string(text)
        case .flag: text == "true" ? .bool(true) : text == "false" ? .bool(false) : .string(text)
        case .string, .list: .string(text)
        }
    }

    private static func malformed(_ name: String) -> Problem {
        Problem(.invalidRequest, errors: [FieldProblem(.parameter(name), "is not percent-encoded UTF-8 without NUL")])
    }

    private static func decoded(_ text: Substring.UTF8View.SubSequence) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(hexadecimal), let low = rest.next().flatMap(hexadecimal) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        Character(UnicodeScalar(byte)).hexDigitValue.map { UInt8($0) }
    }

    private static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
