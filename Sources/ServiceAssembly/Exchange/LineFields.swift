internal import MemoryModel

/// The fields of one line, taken one by one; what is wrong with one is thrown with its name and the line's number.
struct LineFields {
    let file: String
    let line: Int
    private let prefix: String
    private var members: [String: JSONValue]

    init(_ members: [String: JSONValue], file: String, line: Int, prefix: String = "") {
        self.members = members
        self.file = file
        self.line = line
        self.prefix = prefix
    }

    func failure(_ name: String, _ detail: String) -> ExchangeError {
        ExchangeError(.field, file: file, line: line, field: prefix + name, detail)
    }

    /// Whether a field is there and not yet taken.
    func has(_ name: String) -> Bool { members[name].map { $0 != .null } ?? false }

    /// A field that must be there: text that is not empty.
    mutating func text(_ name: String) throws(ExchangeError) -> String {
        guard let text = try optionalText(name) else { throw failure(name, "is missing") }
        return text
    }

    /// Text that is not empty, where the field is there.
    mutating func optionalText(_ name: String) throws(ExchangeError) -> String? {
        guard let value = take(name) else { return nil }
        guard case .string(let text) = value else { throw failure(name, "must be a text") }
        guard !text.isEmpty else { throw failure(name, "must not be empty") }
        return text
    }

    /// One of a few words.
    mutating func word<Word: RawRepresentable & CaseIterable>(
        _ name: String,
        _ type: Word.Type,
        default fallback: Word? = nil
    ) throws(ExchangeError) -> Word where Word.RawValue == String {
        guard let text = try optionalText(name) else {
            guard let fallback else { throw failure(name, "is missing") }
            return fallback
        }
        guard let word = Word(rawValue: text) else {
            throw failure(name, "must be one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }

    /// A time, in the form the API takes.
    mutating func time(_ name: String) throws(ExchangeError) -> Timestamp? {
        guard let text = try optionalText(name) else { return nil }
        guard let time = Timestamp(text) else {
            throw failure(name, "must be a date and time with a zone, such as 2026-07-06T09:00:00Z")
        }
        return time
    }

    /// A number from 0 to 1.
    mutating func fraction(_ name: String) throws(ExchangeError) -> Double? {
        guard let value = take(name) else { return nil }
        guard let number = value.double, (0...1).contains(number) else {
            throw failure(name, "must be a number from 0 to 1")
        }
        return number
    }

    /// `true` or `false`; false where the field is not there.
    mutating func flag(_ name: String) throws(ExchangeError) -> Bool {
        guard let value = take(name) else { return false }
        guard let flag = value.flag else { throw failure(name, "must be true or false") }
        return flag
    }

    /// An array of texts; empty where the field is not there.
    mutating func texts(_ name: String) throws(ExchangeError) -> [String] {
        guard let value = take(name) else { return [] }
        let texts = value.elements?.compactMap(\.text)
        guard let texts, texts.count == value.elements?.count else { throw failure(name, "must be a list of texts") }
        return texts
    }

    /// An array of numbers.
    mutating func numbers(_ name: String) throws(ExchangeError) -> [Float] {
        let elements = take(name)?.elements
        let numbers = elements?.compactMap { $0.double.map(Float.init) }
        guard let numbers, numbers.count == elements?.count else { throw failure(name, "must be a list of numbers") }
        return numbers
    }

    /// An object of free fields.
    mutating func object(_ name: String) throws(ExchangeError) -> [String: JSONValue]? {
        guard let value = take(name) else { return nil }
        guard case .object(let members) = value else { throw failure(name, "must be an object") }
        return members
    }

    /// An object whose own fields are known.
    mutating func fields(_ name: String) throws(ExchangeError) -> LineFields? {
        try object(name).map { LineFields($0, file: file, line: line, prefix: "\(prefix)\(name).") }
    }

    /// Refuses what was not taken.
    func finish() throws(ExchangeError) {
        guard let name = members.keys.min() else { return }
        throw failure(String(name.prefix(64)), "is not a field of this type")
    }

    private mutating func take(_ name: String) -> JSONValue? {
        let value = members.removeValue(forKey: name)
        return value == .null ? nil : value
    }
}
