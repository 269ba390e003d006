/// The language whose stemmer and stop list an analyzer uses for words in its own script.
///
/// Words in another script go to the stemmer of that script's commonest language: Cyrillic to Russian, Greek to Greek, Arabic to
/// Arabic, and Latin to English where the language itself is not written in Latin letters.
public enum Language: UInt8, Sendable, CaseIterable {
    /// No stemming and no stop list.
    case unstemmed = 0
    /// Arabic.
    case arabic = 1
    /// Danish.
    case danish = 2
    /// Dutch.
    case dutch = 3
    /// English (Porter 2).
    case english = 4
    /// Finnish.
    case finnish = 5
    /// French.
    case french = 6
    /// German.
    case german = 7
    /// Greek.
    case greek = 8
    /// Hungarian.
    case hungarian = 9
    /// Italian.
    case italian = 10
    /// Norwegian.
    case norwegian = 11
    /// Portuguese.
    case portuguese = 12
    /// Romanian.
    case romanian = 13
    /// Russian.
    case russian = 14
    /// Spanish.
    case spanish = 15
    /// Swedish.
    case swedish = 16
    /// Turkish.
    case turkish = 17

    /// The Snowball algorithm's name, or `nil` where words stay as they are.
    var algorithm: String? {
        self == .unstemmed ? nil : String(describing: self)
    }

    /// The script that this language's words are written in.
    var script: StemmedScript {
        switch self {
        case .arabic: .arabic
        case .greek: .greek
        case .russian: .cyrillic
        default: .latin
        }
    }
}

/// The scripts that have a stemmer, each a slot of an analysis context.
enum StemmedScript: Int, CaseIterable {
    case latin
    case cyrillic
    case greek
    case arabic

    /// The script of a letter, or `nil` where no stemmer knows it.
    init?(scalar: UInt32) {
        switch scalar {
        case 0x41...0x24F, 0x1E00...0x1EFF: self = .latin
        case 0x400...0x52F: self = .cyrillic
        case 0x370...0x3FF, 0x1F00...0x1FFF: self = .greek
        case 0x600...0x6FF, 0x750...0x77F: self = .arabic
        default: return nil
        }
    }

    /// The language that stems words of this script when the analyzer's own language is another script's.
    func language(of analyzerLanguage: Language) -> Language {
        if analyzerLanguage == .unstemmed || analyzerLanguage.script == self {
            return analyzerLanguage
        }
        switch self {
        case .latin: return .english
        case .cyrillic: return .russian
        case .greek: return .greek
        case .arabic: return .arabic
        }
    }
}
