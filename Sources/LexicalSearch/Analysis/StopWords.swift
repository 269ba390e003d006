/// Words too common to tell documents apart, per language, before stemming.
enum StopWords {
    /// The stop list of a language; empty where there is none.
    static func list(for language: Language) -> Set<String> {
        Set((lists[language] ?? "").split(whereSeparator: \.isWhitespace).map(String.init))
    }

    private static let lists: [Language: String] = [
        .english: """
        a about above after again all also am an and any are as at be because been before being below between both but by
        can cannot could did do does doing done down during each else few for from further had has have having he her here
        hers herself him himself his how i if in into is it its itself just me might more most must my myself no nor not
        of off on once only or other our ours ourselves out over own s same shall she should so some such t than that the
        their theirs them themselves then there these they this those through to too under until up us very was we were
        what when where which while who whom whose why will with would you your yours yourself yourselves
        d ll m re ve
        """,
        .german: """
        aber alle allem allen aller alles als also am an ander andere anderen anderer anderes auch auf aus bei beim bin bis bist
        da damit dann das dass dein deine dem den denn der des dich die dies diese diesem diesen dieser dieses dir doch dort du durch
        ein eine einem einen einer eines er es etwas euch euer für gegen habe haben hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr
        ihre ihrem ihren ihrer im in ins ist ja jede jedem jeden jeder jedes jetzt kann kein keine können man mein meine mich mir mit muss
        nach nicht nichts noch nun nur ob oder ohne sehr sein seine seinem seinen seiner seit sich sie sind so soll sollte sondern
        über um und uns unser unter viel vom von vor wann war waren warum was weg weil welche welcher wenn wer werde werden wie wieder will
        wir wird wo wollen würde zu zum zur zwar zwischen
        """,
        .french: """
        à ai as au aux avaient avais avait avec avez avons c ce ceci cela ces cet cette d dans de des du elle elles en es est et été être
        eu eux il ils j je l la le les leur leurs lui m ma mais me même mes moi mon n ne nos notre nous on ont ou où par pas plus pour
        qu quand que quel quelle quelles quels qui quoi s sa sans se sera ses si son sont sur t ta te tes toi ton tu un une vos votre
        vous y
        """,
        .spanish: """
        a al algo ante antes como con contra cual cuando de del desde donde durante e el él ella ellas ellos en entre era eres es esa
        esas ese eso esos esta está están estas este esto estos fue fueron ha había han hasta hay la las le les lo los más me mi mis mucho
        muy nada ni no nos nosotros o os otra otro para pero poco por porque que qué quien se sea ser si sí sin sobre son su sus también
        te tiene todo todos tu tus un una uno unos y ya yo
        """,
        .italian: """
        a ad agli ai al alla alle allo anche c che chi ci come con cosa cui d da dagli dai dal dalla dalle de degli dei del dell della
        delle dello di dove e è ed era essere fu gli ha hanno ho i il in io l la le lei li lo loro lui m ma me mi mia mio n ne nei nel nell
        nella nelle nello noi non nostro o per perché più quale quando quanto quella quelle quelli quello questa queste questi questo s se
        sei si sia siamo sono su sua sue sugli sui sul sulla suo suoi t ti tra tu tua tuo tutti tutto un una uno v vi voi
        """,
        .portuguese: """
        a à ao aos as às com como da das de dela dele deles do dos e é ela elas ele eles em entre era essa esse esta está este eu foi
        foram há isso isto já lhe mais mas me mesmo meu minha muito na não nas nem no nos nós nossa nosso num numa o os ou para pela pelas
        pelo pelos por qual quando que quem se sem ser seu seus só sua suas também te tem têm teu tu tua um uma você vocês
        """,
        .dutch: """
        aan al alles als altijd ben bij daar dan dat de der deze die dit doch doen door dus een en er ge geen had heb hebben heeft hem
        het hier hij hoe hun iemand iets ik in is ja je kan kon kunnen maar me meer men met mij mijn moet na naar niet niets nog nu of om
        omdat ons ook op over te tegen tot u uit uw van veel voor want waren was wat we wel werd wezen wie wij wil worden zal ze zei zich
        zij zijn zo zonder zou
        """,
        .russian: """
        а без более бы был была были было быть в вам вас весь во вот все всего всех вы где да для до его ее если есть еще же за здесь и
        из или им их к как ко когда кто ли либо мне может мы на надо наш не него нее нет ни них но ну о об однако он она они оно от очень
        по под при с со так также такой там те тем то того тоже той только том ты у уже хотя чего чей чем что чтобы чье чья эта эти это я
        """,
        .swedish: """
        alla allt att av blev bli blir de dem den denna deras dess dessa det detta dig din dina ditt du där då efter ej eller en er ett
        från för ha hade han hans har henne hennes hon honom hur här i icke inom inte jag ju kan kunde man med mellan men mig min mina mitt
        mot mycket ni nu när någon något några och om oss på samma sedan sig sin sina sitta själv skulle som så till under upp ut utan vad
        var vara varför vem vi vid vilken åt än är
        """,
        .danish: """
        ad af alle alt anden at blev blive bliver da de dem den denne der deres det dette dig din dine disse dog du efter eller en end er
        et for fra ham han hans har havde hende her hos hun hvad hvis hvor i ikke ind jeg jo kunne man mange med meget men mig min mine mit
        mod ned noget nogle nu når og også om op os over på selv sig sin sine sit skal skulle som sådan thi til ud under var vi vil ville
        vor være været
        """,
        .norwegian: """
        alle at av bare begge ble blei bli blir da de deg dei deira den denne der dere det dette di din disse du eg en enn er et ett etter
        for fra før ha hadde han hans har henne her hos hun hva hvem hvis hvor hvorfor i ikke ingen inn ja jeg kan kom kun kunne man mange
        med meg mellom men mer min mitt mot ned no noe noen nå når og også om opp oss over på samme seg selv sin sitt skal skulle slik som
        så til um under upp ut uten var ved vi vil ville vår være vært å
        """,
    ]
}
