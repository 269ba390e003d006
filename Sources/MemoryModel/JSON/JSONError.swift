/// Why a body is not the JSON we take: what is wrong, where in the document, and at which byte.
package struct JSONError: Error, Sendable, Hashable {
    /// The kinds of fault.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// Not JSON as of RFC 8259.
        case syntax
        /// Objects and arrays nested too deep.
        case depth
        /// The same key twice in one object.
        case duplicateKey = "duplicate_key"
        /// U+0000 in a string, which Postgres cannot hold.
        case nul
        /// Half of a surrogate pair.
        case loneSurrogate = "lone_surrogate"
        /// Bytes that are not UTF-8.
        case encoding
        /// A number that is not finite, or absurdly long.
        case number
        /// More bytes than allowed.
        case size
    }

    /// The kind of fault.
    package let code: Code
    /// Where in the document, as far as it was read (RFC 6901).
    package let pointer: JSONPointer
    /// At which byte, from 0.
    package let offset: Int

    /// Makes an error.
    package init(code: Code, pointer: JSONPointer, offset: Int) {
        self.code = code
        self.pointer = pointer
        self.offset = offset
    }

    /// What is wrong, in words.
    package var detail: String {
        switch code {
        case .syntax: "is not valid JSON"
        case .depth: "is nested deeper than allowed"
        case .duplicateKey: "holds the same key twice"
        case .nul: "holds a NUL character"
        case .loneSurrogate: "holds half of a surrogate pair"
        case .encoding: "is not valid UTF-8"
        case .number: "is a number that cannot be represented"
        case .size: "is larger than allowed"
        }
    }
}

/// A place in a JSON document (RFC 6901).
package struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
    /// One step.
    package enum Step: Sendable, Hashable {
        /// Into an object.
        case key(String)
        /// Into an array.
        case index(Int)
    }

    /// The steps from the root.
    package var steps: [Step]

    /// Makes a pointer; without steps it is the whole document.
    package init(_ steps: [Step] = []) {
        self.steps = steps
    }

    /// The text form, with `~` and `/` escaped; keys longer than 64 characters are cut.
    package var description: String {
        steps.reduce(into: "") { text, step in
            text += "/"
            switch step {
            case .index(let index): text += String(index)
            case .key(let key):
                for character in key.unicodeScalars.prefix(64) {
                    switch character {
                    case "~": text += "~0"
                    case "/": text += "~1"
                    default: text.unicodeScalars.append(character)
                    }
                }
            }
        }
    }

    /// The pointer of a field named the way the engine does, such as `items[3].scope.id`.
    package init(fieldPath: String) {
        var steps: [Step] = []
        for part in fieldPath.split(separator: ".") {
            let pieces = part.split(separator: "[")
            for (position, piece) in pieces.enumerated() {
                if position > 0, piece.hasSuffix("]"), let index = Int(piece.dropLast()) {
                    steps.append(.index(index))
                } else {
                    steps.append(.key(String(piece)))
                }
            }
        }
        self.steps = steps
    }
}
