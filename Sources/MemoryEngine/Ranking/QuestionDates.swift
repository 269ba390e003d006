package import MemoryModel

/// The days, months and years that a question names.
package struct QuestionDates: Sendable, Hashable {
    private var months: Set<Int> = []
    private var years: Set<Int> = []
    private var days: Set<Int> = []

    /// Whether no month and no year is named; a day by itself says nothing.
    var isEmpty: Bool { months.isEmpty && years.isEmpty }

    /// Reads a question: months by name (English, German, French) or in a date such as `2026-03-14`, years, days beside months.
    package init(_ question: String) {
        let words = question.split { !$0.isLetter && !$0.isNumber && $0 != "-" }.map { $0.lowercased() }
        for (index, word) in words.enumerated() {
            if let month = Self.months[word], word != "may" || Self.isDate(words, around: index) {
                months.insert(month)
            }
            take(number: word)
            let parts = word.split(separator: "-").compactMap { Int($0) }
            if parts.count == 3, parts[0] > 999, (1...12).contains(parts[1]), (1...31).contains(parts[2]) {
                years.insert(parts[0])
                months.insert(parts[1])
                days.insert(parts[2])
            }
        }
    }

    private mutating func take(number word: String) {
        var digits = word
        for ending in ["st", "nd", "rd", "th"] where digits.hasSuffix(ending) { digits.removeLast(2) }
        guard let number = Int(digits) else { return }
        if (1900...2099).contains(number) {
            years.insert(number)
        } else if (1...31).contains(number) {
            days.insert(number)
        }
    }

    /// May is a word of its own, too: a date where a number or a word that dates follow stands beside it.
    private static func isDate(_ words: [String], around index: Int) -> Bool {
        let before = index > 0 ? words[index - 1] : ""
        let after = index + 1 < words.count ? words[index + 1] : ""
        let isNumber = { (word: String) in word.first?.isNumber ?? false }
        return isNumber(before) || isNumber(after)
            || ["in", "of", "on", "during", "since", "until", "by", "last", "next", "early", "late"].contains(before)
    }

    /// How well a time fits: 1 in all that is named, a half where month and year fit but not the day, else 0.
    package func match(_ time: Timestamp) -> Float {
        guard !isEmpty else { return 0 }
        let parts = time.dateDescription.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, months.isEmpty || months.contains(parts[1]), years.isEmpty || years.contains(parts[0])
        else { return 0 }
        return months.isEmpty || days.isEmpty || days.contains(parts[2]) ? 1 : 0.5
    }

    private static let months: [String: Int] = {
        let names = [
            "january januar janvier january's", "february februar février", "march märz mars", "april avril", "may mai",
            "june juni juin", "july juli juillet", "august août", "september septembre", "october oktober octobre",
            "november novembre", "december dezember décembre",
        ]
        var months: [String: Int] = [:]
        for (index, line) in names.enumerated() {
            for name in line.split(separator: " ") { months[String(name)] = index + 1 }
        }
        return months
    }()
}
