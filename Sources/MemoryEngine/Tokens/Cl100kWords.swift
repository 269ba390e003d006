/// Words that `cl100k_base` has as one token however they stand; made by data/golden/tokens/make.py.
enum Cl100kWords {
    /// Lower case, at most twelve letters, separated by white space.
    static let list = """
        a ab abb about above abs absolute abstract ac acc access according account ace achie ack act action actions
        activ activate activation active activities activity actor acts actual actually ad ada adam adapter add added
        adding additional addr address addresses adds adj adjust admin administr adresse ads adult adv advanced advisor
        af aff after ag again age agency agent ah ahead ai air aj ajax ak akt al alan alarm album ale alert alex alg
        algorithm ali alias alice align alignment alive all alle allen alloc allocate allocation allocator allow allowed
        allows almost along alpha already als also alt alter altern although always am amb among amount amy an ana anal
        analy analysis analytics anc anchor and andre android ang angle anim animal animated animation anime ann anne
        annotation annotations another ans answer answers ant anth any ao ap api app appe append apple application
        applications apply appointment appro approx apps apr aqu ar arc arch archive are area areas arena arg args
        argument arguments ark arm around arr array arrays art as asc ash asia aside ask aspect ass assembly asset
        assets ast async at ath atl atom atomic att attach attached attachment attack attempt attend attendance
        attention attr attribute attributes au aud audio audit auf aug aura aus aut auth author auto autom automation
        autor aux av average avg avoid aw await award aware away aws ax axes axis ay az azure b ba baby back backend
        background backup bad badge bag bah bal balance ball ban band bang bank banner bar barcode bars bas base based
        basic basket bat batch battery battle bay be beam bean bear beat because bed been beer before begin beh bei
        being bel bell below ben benchmark benef ber bern berry bes best bet beta better between bi bias bid big bill
        billing bin binary bind binding bio bird birth birthday bit bitmap bits biz bl black blank blend blo blob block
        blocked blocking blocks blog blood blue blur bo board bob body bold bomb bon bond bone bonus book booking
        bookmark books bool boolean boom boost boot bootstrap border born boss bot both bottom bound boundary bounds bow
        box boxes boy br brain brand bre break bridge brief bright bring brit bro broadcast broken broker bron brown
        browse browser bru brush bs btn bu bubble bucket budget buf buff buffer bug build builder built bulk bullet
        bundle bur burn bus business but button buttons buy buzz by byte bytes c ca cab cache cached cad cake cal calc
        calculate calendar call callback called caller calling calls cam camera camp campaign campo can cancel candidate
        candidates cannot canvas cap caps capt caption capture car carbon card cards care cargo cars cart cas cascade
        case cases cash cast castle cat catalog catch categoria categories category cause cd ce cel cele cell cells cent
        center central centre cert certificate ch cha chain chair challenge chan change changed changes changing channel
        channels chapter char character characters charge charset chart charts chat che cheap check chem chi chief child
        china chip cho chr christ chrome chron chunk church ci cipher circle cit cities city civil cl cla claim claims
        clar class classes classic classifier clause clean cleanup clear cli click client cliente clients climate clin
        clip clo clock clone close closed closing closure cloud club cluster cmd co cod code codec codes coding coffee
        coin coins col cold cole coll collapse collect collection collections collision colon color colors column
        columns com comb combat combine combo come comfort comic coming comm command commands comment comments commerce
        commercial commission commit common communic community como comp companies company compare comparison compatible
        compet compile compiler complete completed completion complex component components composer composite
        composition compression comput compute computer con concat concept cond conexion conf conference config
        configure confirm conn connect connection connections cons console const constant constants constraint
        constraints construct construction constructor consum consumer cont contact contacts container containers
        contains content contents context contin continue contr contract contracts contrib control controller
        controllers controls conv conversation conversion convert converted converter cook cookie cookies cool coord cop
        copy copyright cor core corn corp correct cors cos cost cou could count counter countries country counts county
        coupon cour course courses court cover cow cr craft cre cream creat create created creating creation creative
        creator creature credential credentials credit credits cri crit criteria critical cro crop cross crow crud crypt
        crypto cs css csv ctrl cu cube culture cum cur currency current currently cursor curve custom customer cut cy
        cycle d da daily dal dam damage dan danger dao dar dark das dash dashboard dat data database dataset date dates
        dating datos datum day days db de dead dec decimal def default defined deg degree del delay delivery delta dem
        demand demo den density dep dependency der des desc description design desk desktop dest destination destroy det
        detail details detect dev device di dia dialog diamond dice dict dictionary did die diff difference different
        dig digest digit digital dim dimension dir dire direct direction director directory dirty dis disable disc disk
        disp display dist distance distribution district div do doc dock docs document does dog dom domain don done door
        dos dot double down download dr draft drag dragon draw drawer drawing dream drink drive driver drop dropdown
        drug dry dt du due dummy dump dup duplicate dur duration during dyn dynamic e each ear earn earth ease east easy
        eat eb ec echo ed edge edit edition editor educ ef eff effect effective effects eight ein either ek el ele elect
        electric elem element elements elf elim elite ell else em email emb embed emp employ employee empty en enable
        enabled enc encode encoder encoding encrypt encryption end ended ending endpoint enemy energy eng engine enh ens
        ensure ent enter entered enterprise entities entity entr entre entries entry enum enumerator enums env
        environment ep eq equ equal equality equals equip equipment er erot err error errors es esc escape esp ess est
        esta este et eth ether eu ev eval evaluate evaluation even event events ever every ex exact exam example
        examples exc excel except exception exceptions exchange exclude exclusive exec execute execution executor
        exercise exist existing exists exit exp expand expanded expect expected expense experience experiment
        experimental expert expires expl explicit export expr express expression ext extend extended extension
        extensions external extra extract extras ey eye f fa fab fabric fac face facebook faces fact factor factory fade
        fail failed failure fair fake fal fall false family fan fans fant far farm fast fat fatal father fault favorite
        favorites fax fe feature features fecha fed fee feed feel fel female fetch few fi field fields fig fight figure
        fil file filename files fill film filter filters fin final finally finance find finder finding fine finish
        finished finite fire firebase first fish fit fitness five fix fixed fixture fl flag flags flash flat flex flight
        flip flo float floating floor flow flush fly fn fo focus fold folder follow font fonts foo food foot footer for
        force ford fore forest forg forge forget forgot form format formation formats formatter former forms formula
        fort forum forward foto found foundation four fox fr fra fraction fragment frame frames framework fre fred free
        frequency fresh friend friendly friends from front fs fu fuck fuel full fully fun func function functional
        functions fund fuse future g ga gain gal gallery gam game games gamma gap gar gas gate gateway gay ge gear gem
        gen gender gene gener general generate generated generation generator generic geo ger gesture get gets getter
        getting ghost gi gift girl git github give given gl glass global globals glyph go god gold good goods google got
        gov government gr grab grad grade gradient gram gran grand grant graph graphic graphics gray gre great greater
        green grey grid gro ground group groups grow gtk gu guard guess guest gui guid guide guild gun h ha hack had
        hair hal half hall ham han hand handle handler handles hands hang happy har hard hardware has hash hat have
        having hay he head header headers heading health healthy heap heart heat heavy height hel hell hello help helper
        helpers hen her here hero het hex hey hi hidden hide high highest hint hip his hist histor history hit hits ho
        hol hold holder holiday hom home hon hook hooks hop hope hor horizontal hospital host hot hotel hour hours house
        hover how hp html http hu hub hum human hung hunter hy hyper i ice ich icon icons id ide ideal ident identifier
        identity idle if ign ignore ik il ill im image images img imm immutable imp impl implement implemented import
        important imports in inc include included includes including income incoming incorrect incre increase increment
        ind index indexed indicator indices individual industry inf infinity info inform information infos ing ini init
        initial initialize initialized inject inline inner input inputs ins insert inside inst instagram install
        installed installer instance instances instant instead instruction instructions instrument int integer integral
        integration intel intent inter interaction interactive interest interested interesting interface interfaces
        intern internal internet interpreter interrupt intersection interval intl into intro inv invalid inventory
        invest invite invoice invoke io ion ip ir iron is isl iso iss issue it item items iter its j ja jac jack jak jam
        jan jar java javascript je jer jet jets jo job jobs john join joined joint jon jos journal joy js json ju jud
        judge jump jun jur just jwt k ka kal kar kat ke keep keeper keeping kel ken kernel key keyboard keys keyword
        keywords kh ki kick kid kids kill kim kin kind king kir kit kn know knowledge known kom kon kr ky l la lab label
        labels lake lambda land lane lang language languages large las last lat late later latest latin latitude launch
        law layer layers layout lazy le lead leader leading leaf league lean learn learning least leave led lee left leg
        legal legend lemma len length leo les less lesson let lets letter level levels lex li lib library lic license
        licensed lie life lifetime light lights lik like likes lim limit limited limits lin line linear lines link
        linked links linux list lista listen listener listening listing lists lit lite liter literal little liv live
        living ln lo load loader loc local locale location locations locator lock locked locker log logged logger
        logging logic logical login logo logout logs lon long longitude look looks loop lord los loss lost lot lots lov
        love low lower lt lu lua luck lux lv ly m ma mac machine macro mad made mag mage magic mah mail main maint
        maintenance major make maker makes making mal male man mana manager many map mapper mapping maps mar margin mark
        marker market marks marshal mart mary mas mask mass massage master mat match matcher matches matching mate
        material math matrix max may maybe mb mc md me mean med media median medium meg mel mem member members memo
        memory men menu mer merc merchant merge mes mesh mess message messages met meta metadata metal meteor meter
        method metric metrics metro mi mic micro mid middle middleware migration mil mill min mind mine mini mir mirror
        mis misc miss missing mission mit mix mixed mo mob mobile mock mod modal mode model modes mods module mom moment
        mon money mongo monitor mono mont month moon mor more mos most mot mother motion motor mount mouse mov move
        moved movement moves movie movies moving mozilla mp mr ms msg mt mu much mul mult multi multip multiple multiply
        mur mus music must mut mutable mutation mutex my n na nam name named names namespace nano nat nation national
        native natural nature nav navigate navigation navigator naz nb nd ne near need neg negative neo nested net
        network never new news next ng nh ni nic nice nick nie night nil nine nit no node nodes noise nom nombre nome
        non none nor norm normal north nos not note notes notify nov nova now nr nu null num number numer numeric nut nx
        ny o ob obj object objective objects obs observ observable occ oct od odd of off offer offers office official
        offline offset often oh oil ok ol old om omega on once one online only ont op open opening oper operation
        operator opp ops opt option options or oracle orange ord orden order ordered orders org organ organization orig
        origin original orth os ot other others our out outcome outer outline output outputs outside over overall
        overflow overlay override overrides overview own owner p pa pack package packages packet pad padding pag page
        pager pages pagination paginator paid paint pair pal palette pan pane panel paper par para param parameter
        parameters params paren parent park parm parse parser part partial particle partner parts party pas pass passed
        password past paste pat patch path paths patient pattern pause pawn pay payload payment pdf pe pear ped pedido
        peer pel pen pending per percent percentage perfect perform performance perhaps period perl perm permission
        permissions pers persist persistent person pes pet pets pg ph phase phi phil phone phones phot photo photos php
        phys physical physics pi pic pick picker picture pictures pie piece pieces pin ping pink pipe pipeline pitch pix
        pixel pixels pizza pl place placement places plain plan plane plans plant plate platform play played player
        players playing playlist please plot plug plugin plugins plus po pod point pointer points pokemon pol policy
        poll poly polygon pool pop popup por porn porno port portal ports pos pose position positions positive poss
        possible post postal posted poster posting posts pot pour pow power powered pr practice pre prec precision pred
        predicate predict pref preferences preferred prefix premium prepare pres present presentation press pretty prev
        preview previous pri price prices prim primary prime primitive principal print printer printf printing prior
        priority priv private pro prob probe problem proc procedure process processing processor prod produ product
        production producto products produto prof profile profiles profit program progress proj project projection
        projects prom promise prompt proof prop properties property props prot proto prov provide provider providers
        province proxy ps psi psy pt ptr pu pub public publish published publisher pull purchase pure purple purpose
        push put px py python q qed qi qt qty qu quad qual quality quant quantity quarter que queries query quest
        question queue qui quick quit quite quiz quote quotes r ra race rad radi radio radius rail rails rain raise
        raised raises ram rand random range rank rate rated rates rather rating ratio raw ray re reach react reaction
        read reader reading ready real really realm reason rec receipt receive received receiver recent recommend
        recommended record rect red redis ref refer reference references refresh reg reject rel release released reload
        rem remark remarks ren rename render rent rep repair repeat replace replacement reply repo report reports
        repository represent req request requests require required requires res research reset resize resolution resolve
        resolver resource resources resp rest resume ret retry return returned rev reverse review reviews revision rew
        reward rh rib rich right rights ring rio risk river ro road rob robot rock rocket rod rol role roles roll rom
        roman room root ros rose rot rotate rotation round route router routes routine routing row rows roy rp rpc rs ru
        rub ruby rule rules run runner running runs runtime rx s sa sad safe sal salary sale sales salt sam same sample
        samples sampling san sand sans sat save saved saving say sc scala scalar scale scaling scan scar scene sch
        schedule scheduled scheduler schema scheme school sci scient scope score scores scr screen screens script
        scripts scroll se sea search seat sec secret section sections sector secure security see seed seen seg segment
        sel select selection self sell seller sem sen send sender sending sense sensor sent sentence sep separator seq
        ser serial serialize serialized serializer series serv serve server servers service services session sessions
        set sets setter setting settings seven sex sh sha shape share she sheet shell sher shift ship shoot shop short
        shot show si sid side sidebar sie sig sigma sign signal signed sil silver sim similar simple simulation sin
        since sing single singleton sink sit site sites six size sizes sk skill skills skin skip sky sl slash sleep
        slice slide slider slot slots slow slug sm small smart smith sn snap snapshot snow so social socket soft
        software sol sold solid solution solver som some something sometimes son song songs soon sorry sort sorted
        sorting sound sounds soup source sources south sp space spaces span spark sparse spawn spe speaker spec special
        species specific speech speed spell sphere spi spin spirit spl splash split spo sport sports spot spr spread
        spring sprite spy sq sql square sr src st stan star stat status std ste steam step ster stick stone stop str
        string strip su sub success such suit suite sum summer sun sup super supplier supply support supported sur sure
        surface survey sus svg sw swap sweet switch sy sym symbol symbols syn sync syntax sys system systems sz t ta tab
        table tables tabs tag tags tail take taken taking talk tam tan tank tap tar target task tasks tau tax tcp te
        teacher team tech ted teen tek tel tele tell tem temp temperature template templates temporary ten tenant tensor
        ter term terr tes test tester testing tests tex text th than that the them then there they thin this thr thread
        thus ti tick ticket tickets tier tile tiles tim time timeline timer times timestamp timing tiny tip tipo tips
        tit title titles tk to today todo todos toggle tok token tokens tom ton too tool tools top topic tor torrent tot
        total touch tour tower town toy tr tra trace track trad trade trail train trait traits trans transition trap tre
        tree trees tri trial triangle trim trip tro trust try trying ts tu tube tuple tur turn tutorial tv tw tweet twig
        twitter two tx txt ty typ type typed types u ub uber uh ui uint ul ult um un una unable unc und under undo une
        unexpected uni unicode uniform union unique unit units unity universal unix unknown unless unlock uno unsigned
        unsupported unt unused up update updated updates updating upgrade upload uploaded upon upper ups ur uri url us
        usage use used user username users uses using usually usuario usuarios ut utf util utilities utility utils v va
        vac val valid validate validation validator validators valor value values van var vari variable variant vault ve
        vi via video videos view viewer views vin viol vir virtual vis visible vision vk vo voice void vol volt volume
        vote votes vous vs vu vue vy w wa wait wake wal walk walker walking wall wallet want war ware warehouse warm
        warn warning was wat watch water wave way we weak weapon weapons weather web website wed week wei weight wel
        welcome well wer were west wh what whatever wheel when where whether which while white who whole why wi wide
        widget widgets width wie wifi wik wiki wil wild will win wind window windows winner wins winter wire wis with
        withdraw within without wizard wo wolf woman women won wood word words work worker workers workflow working
        works worksheet workspace world would wow wr wrap wrapped wrapper write writer writes writing written wrong wy x
        xi xml y ya yahoo yang ye yeah year years yellow yes yet yii yo you your youtube z ze zen zend zero zh zip zone
        zoom
        """
}
