/// Tells terms that stand for a number or a day of the week, and sums up those of a document.
enum Figures {
    /// Whether a term, as analysis made it, is one.
    static func contains(_ term: String) -> Bool {
        if term.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) { return !term.isEmpty }
        return words.contains(term)
    }

    /// A number for a term: those of a document are combined with exclusive or, so that equal sets have equal numbers.
    static func digest(of term: String) -> UInt64 {
        // FNV-1a: the same in every process, unlike the standard library's hashes.
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in term.utf8 { digest = (digest ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return digest
    }

    /// As the stemmers leave them.
    private static let words: Set<String> = Set(
        """
        one two three four five six seven eight nine ten eleven twelv twelve twenti twenty thirti thirty half dozen
        monday tuesday wednesday thursday friday saturday sunday
        zwei drei vier funf sech sechs sieb sieben acht neun zehn elf zwolf montag dienstag mittwoch donnerstag freitag samstag
        sonntag deux trois quatr quatre cinq sept huit neuf dix onz douz lundi mardi mercredi jeudi vendredi samedi dimanch
        два три четыр пят шест сем восем девят десят понедельник вторник сред четверг пятниц суббот воскресен
        一 二 三 四 五 六 七 八 九 十 百 千 万
        """.split(whereSeparator: \.isWhitespace).map(String.init)
    )
}
