internal import MemoryModel

/// Where entries come from, said once a section: each origin has a letter, and each entry carries the letter.
///
/// An origin is trust and source of an item, or kind and name of an author. Said with each entry it would take as many
/// tokens as a short item.
struct SectionLegend: Sendable {
    /// The origins in the order in which entries first need them.
    let origins: [String]
    private let places: [String: Int]

    init(_ entries: [PackEntry]) {
        var origins: [String] = []
        var places: [String: Int] = [:]
        for entry in entries {
            let origin = Self.origin(of: entry.subject)
            guard places[origin] == nil else { continue }
            places[origin] = origins.count
            origins.append(origin)
        }
        self.origins = origins
        self.places = places
    }

    /// The letters of an entry's origin.
    func letters(of entry: PackEntry) -> String {
        Self.letters(places[Self.origin(of: entry.subject)] ?? 0)
    }

    /// Every origin behind its letters.
    var text: String {
        origins.enumerated().map { Self.part(Self.letters($0), $1) }.joined(separator: ",")
    }

    /// One origin of a legend, as it stands behind a comma.
    static func part(_ letters: String, _ origin: String) -> String { " \(letters)=\(origin)" }

    /// The letters of an origin by its place: `a` to `z`, then `aa`, `ab` and so on.
    static func letters(_ place: Int) -> String {
        var letters = ""
        var rest = place
        repeat {
            letters = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(rest % 26))) + letters
            rest = rest / 26 - 1
        } while rest >= 0
        return letters
    }

    /// Where an entry comes from, without what could end the legend or begin another origin.
    static func origin(of subject: ContextCandidate.Subject) -> String {
        switch subject {
        case .item(let item): bare("\(item.trust.name) \(item.source)")
        case .message(let message): bare("\(message.authorType.rawValue) \(message.author)")
        }
    }

    private static let forbidden: Set<Unicode.Scalar> = ["[", "]", "<", ">", "&", "\"", ",", ";", "="]

    private static func bare(_ label: String) -> String {
        var result = ""
        for scalar in label.unicodeScalars {
            let isPlain = !forbidden.contains(scalar) && !scalar.properties.isPatternWhitespace
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: result += " "
            default: result.unicodeScalars.append(isPlain ? scalar : " ")
            }
        }
        return result
    }
}
