/// What a text is like, beside its words: a few yes-or-no facts that ranking asks about and that words alone do not tell.
///
/// They are kept among the terms of a document, as terms that no query can have.
public struct TextMarks: OptionSet, Sendable, Hashable {
    /// The marks as bits.
    public let rawValue: UInt8

    /// Marks from bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Something is asked in it.
    public static let question = TextMarks(rawValue: 1)
    /// It says when something was, is or will be.
    public static let time = TextMarks(rawValue: 2)
    /// A name stands in it: a word with a capital letter that does not begin a sentence.
    public static let name = TextMarks(rawValue: 4)
    /// Several names stand in it.
    public static let names = TextMarks(rawValue: 8)

    /// Each mark with the term that stands for it; a control character begins it, which analysis never lets through.
    static let terms: [(mark: TextMarks, term: String)] = [
        (.question, "\u{2}1"), (.time, "\u{2}2"), (.name, "\u{2}3"), (.names, "\u{2}4"),
    ]

    /// Reads a text.
    init(_ text: String) {
        var reading = Reading()
        for scalar in text.unicodeScalars { reading.take(scalar) }
        reading.take(" ")
        self = reading.marks
    }

    /// One pass over a text.
    private struct Reading {
        private(set) var marks: TextMarks = []
        private var word = ""
        private var startsWithCapital = false
        private var restIsSmall = true
        private var followsInside = false
        private var lastLetterOrComma = false
        private var spaces = 0
        private var nameCount = 0

        mutating func take(_ scalar: Unicode.Scalar) {
            if scalar == "?" || scalar.value == 0xFF1F || scalar.value == 0x061F { marks.insert(.question) }
            if TimeWords.isPartOfDate(scalar) { marks.insert(.time) }
            let isLetter = scalar.properties.isAlphabetic && !scalar.properties.isIdeographic
            if isLetter || ("0"..."9").contains(scalar) {
                if word.isEmpty {
                    startsWithCapital = scalar.properties.isUppercase
                    restIsSmall = true
                    followsInside = lastLetterOrComma && spaces == 1
                } else if scalar.properties.isUppercase {
                    restIsSmall = false
                }
                word.unicodeScalars.append(scalar)
                return
            }
            if !word.isEmpty { finishWord() }
            if scalar == " " {
                spaces += 1
            } else {
                lastLetterOrComma = scalar == "," || scalar == ";"
                spaces = 0
            }
        }

        private mutating func finishWord() {
            let lowered = word.lowercased()
            if TimeWords.contains(lowered) { marks.insert(.time) }
            if startsWithCapital, restIsSmall, followsInside, word.unicodeScalars.count > 1 {
                nameCount += 1
                marks.insert(nameCount > 1 ? [.name, .names] : .name)
            }
            let last = word.unicodeScalars.last
            lastLetterOrComma = last.map { $0.properties.isLowercase } ?? false
            spaces = 0
            word = ""
        }
    }
}

/// Words that say when.
enum TimeWords {
    static func contains(_ word: String) -> Bool {
        words.contains(word) || isYear(word)
    }

    /// Whether a character of Chinese or Japanese counts days, months or years.
    static func isPartOfDate(_ scalar: Unicode.Scalar) -> Bool {
        [0x6708, 0x65E5, 0x5E74, 0x6628, 0x9031, 0x5468, 0x66DC].contains(scalar.value)
    }

    private static func isYear(_ word: String) -> Bool {
        word.utf8.count == 4 && (word.hasPrefix("19") || word.hasPrefix("20"))
            && word.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static let words: Set<String> = Set(
        """
        yesterday today tomorrow tonight last next ago week weeks month months year years day days weekend
        monday tuesday wednesday thursday friday saturday sunday morning evening recently soon since
        january february march april may june july august september october november december
        summer winter spring fall autumn
        gestern heute morgen letzte letzten letzter nächste nächsten nächster woche wochen monat monate jahr jahre tag tage
        montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag abend seit bald
        januar februar märz mai juni juli oktober dezember sommer frühling herbst
        hier demain dernier dernière prochain prochaine semaine semaines mois année années jour jours
        lundi mardi mercredi jeudi vendredi samedi dimanche matin soir depuis bientôt
        janvier février mars avril juin juillet août septembre octobre novembre décembre été hiver printemps automne
        вчера сегодня завтра неделю недели неделя месяц месяца год года день дня дней
        понедельник вторник среду среда четверг пятницу пятница субботу суббота воскресенье утром вечером скоро
        января февраля марта апреля мая июня июля августа сентября октября ноября декабря
        ayer hoy mañana semana mes año lunes martes miércoles jueves viernes sábado domingo
        """.split(whereSeparator: \.isWhitespace).map(String.init)
    )
}
