/// The authors whom a question names, and the question as one of them would put it.
package struct AuthorMention: Sendable, Hashable {
    /// Their names, as written.
    package private(set) var authors: Set<String> = []
    /// The question with each of these names as `I` or `my`, or as it is where it names nobody.
    ///
    /// People speak of themselves so, and so it comes nearer to what they said.
    package private(set) var inFirstPerson: String

    /// Looks for authors in a question: by the whole name or the first of several, written as they write it.
    package init(_ question: String, authors names: Set<String>) {
        inFirstPerson = question
        for name in names.sorted() {
            let first = name.split(separator: " ").first.map(String.init) ?? name
            for form in name == first ? [name] : [name, first]
            where form.unicodeScalars.count > 2 || !form.allSatisfy(\.isASCII) {
                guard let replaced = Self.replacing(form, in: inFirstPerson) else { continue }
                authors.insert(name)
                inFirstPerson = replaced
            }
        }
    }

    /// Whether a question may name somebody, by its looks: a capital letter further on, or a script without capitals and spaces.
    package static func isLikely(in question: String) -> Bool {
        let words = question.split(whereSeparator: \.isWhitespace)
        return words.dropFirst().contains { $0.first?.isUppercase ?? false }
            || question.unicodeScalars.contains(where: UnspacedScript.contains)
    }

    /// The text with a name replaced where it stands as a word; nil where it does not.
    private static func replacing(_ name: String, in text: String) -> String? {
        var result = ""
        var rest = Substring(text)
        var isFound = false
        while let range = rest.firstRange(of: name) {
            let before = rest[..<range.lowerBound].last ?? result.last
            let after = rest[range.upperBound...].first
            result += rest[..<range.lowerBound]
            rest = rest[range.upperBound...]
            if isInner(before) || isInner(after) {
                result += name
                continue
            }
            isFound = true
            if rest.hasPrefix("'s") || rest.hasPrefix("’s"), !isInner(rest.dropFirst(2).first) {
                rest = rest.dropFirst(2)
                result += "my"
            } else {
                result += "I"
            }
        }
        return isFound ? result + rest : nil
    }

    private static func isInner(_ character: Character?) -> Bool {
        guard let character, let scalar = character.unicodeScalars.first else { return false }
        // In scripts without spaces a name ends where the next word begins, and nothing tells where.
        return (character.isLetter || character.isNumber || character == "_") && !UnspacedScript.contains(scalar)
    }
}
