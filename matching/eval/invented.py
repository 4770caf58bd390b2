"""Persons who do not exist: common given and family names of many countries, put
together by chance. Where a country writes in another script, every part stands
in both."""
import lists

# Given names; family names. "native:latin" where the two differ in script.
NAMES = {
    "english": ("James Mary Robert Linda Michael Susan William Karen David Nancy Thomas Emily Paul",
                "Smith Johnson Brown Taylor Wilson Clarke Harris Cooper Bennett Fletcher Marsh"),
    "german": ("Hans Ursula Klaus Monika Jürgen Petra Stefan Sabine Matthias Heike",
               "Müller Schmidt Schneider Fischer Weber Wagner Becker Schäfer Köhler Krüger"),
    "french": ("Jean Marie Pierre Nathalie Michel Isabelle Philippe François Hélène Étienne",
               "Dupont Bernard Moreau Lefèvre Girard Rousseau Fontaine Chevalier Gauthier"),
    "spanish": ("José María Antonio Carmen Juan Lucía Francisco Pilar Javier Rosario Manuel",
                "García López,Martínez Rodríguez,Pérez Fernández Sánchez,Gómez Díaz Morales,Vega"),
    "portuguese": ("João Ana Carlos Fernanda Paulo Juliana Luís Beatriz Rafael",
                   "Silva Santos,Oliveira Pereira Costa,Almeida Carvalho Ribeiro,Nogueira"),
    "italian": ("Giuseppe Francesca Marco Giulia Luca Chiara Alessandro Elena",
                "Rossi Ferrari Esposito Bianchi Romano Colombo Ricci Marino"),
    "polish": ("Piotr Katarzyna Krzysztof Agnieszka Tomasz Małgorzata Wojciech",
               "Nowak Kowalski Wiśniewski Wójcik Kamiński Lewandowski Zieliński"),
    "turkish": ("Mehmet Ayşe Mustafa Fatma Ahmet Zeynep Hüseyin Elif",
                "Yılmaz Kaya Demir Çelik Şahin Öztürk Aydın Yıldız"),
    "vietnamese": ("Văn,Hùng Thị,Lan Minh,Tuấn Ngọc,Anh Đức,Thắng Thu,Hà",
                   "Nguyễn Trần Lê Phạm Hoàng Vũ Đặng Bùi"),
    "indonesian": ("Budi Siti Agus Dewi Hendra Rina Bambang Sri",
                   "Santoso Wijaya Setiawan Hidayat Kusuma Susanto Pratama"),
    "nigerian": ("Chinedu Ngozi Oluwaseun Folake Emeka Aisha Ibrahim Amina",
                 "Okafor Adeyemi Bello Eze Balogun Nwosu Abubakar Ogunleye"),
    "persian": ("Reza Fatemeh Hossein Zahra Mehdi Maryam Alireza Mohammadreza",
                "Ahmadi Hosseini Karimi Moradi Rezaei Jafari Mousavi Sadeghi"),
    "russian": ("Александр:Aleksandr Сергей:Sergei Николай:Nikolai Дмитрий:Dmitry Павел:Pavel "
                "Михаил:Mikhail Виктор:Viktor Андрей:Andrei Евгений:Evgeny Юрий:Yuri",
                "Иванов:Ivanov Кузнецов:Kuznetsov Щербаков:Shcherbakov Соловьёв:Solovyov "
                "Чернышов:Chernyshov Жуков:Zhukov Хабаров:Khabarov Яковлев:Yakovlev Цветков:Tsvetkov"),
    "ukrainian": ("Олександр:Oleksandr Микола:Mykola Андрій:Andriy Володимир:Volodymyr Сергій:Serhiy "
                  "Євген:Yevhen Дмитро:Dmytro Тарас:Taras",
                  "Шевченко:Shevchenko Бондаренко:Bondarenko Коваленко:Kovalenko Гриценко:Hrytsenko "
                  "Ткачук:Tkachuk Лисенко:Lysenko Поліщук:Polishchuk"),
    "arabic": ("محمد:Mohammed أحمد:Ahmed علي:Ali فاطمة:Fatima خالد:Khaled يوسف:Youssef حسن:Hassan "
               "إبراهيم:Ibrahim عمر:Omar سعيد:Saeed مريم:Mariam عبد,الرحمن:Abdul,Rahman",
               "المصري:Al-Masri الحسيني:Al-Husseini الخطيب:Al-Khatib حداد:Haddad منصور:Mansour "
               "الشمري:Al-Shammari القحطاني:Al-Qahtani نجار:Najjar سليمان:Suleiman درويش:Darwish"),
    "hebrew": ("דוד:David שרה:Sarah יוסף:Yosef רחל:Rachel משה:Moshe אברהם:Avraham יצחק:Yitzhak "
               "נועה:Noa איתן:Eitan מיכל:Michal",
               "כהן:Cohen לוי:Levi מזרחי:Mizrahi פרידמן:Friedman ביטון:Biton שפירא:Shapira "
               "אזולאי:Azoulay גולדשטיין:Goldstein רוזנברג:Rosenberg ברקוביץ:Berkovich"),
    "greek": ("Γεώργιος:Georgios Μαρία:Maria Δημήτριος:Dimitrios Ελένη:Eleni Κωνσταντίνος:"
              "Konstantinos Ιωάννης:Ioannis Χρήστος:Christos Βασίλειος:Vasileios",
              "Παπαδόπουλος:Papadopoulos Αγγελόπουλος:Angelopoulos Νικολαΐδης:Nikolaidis "
              "Οικονόμου:Oikonomou Χατζής:Chatzis Μπακογιάννης:Bakogiannis Ευθυμίου:Efthymiou"),
    "georgian": ("გიორგი:Giorgi ნინო:Nino დავით:Davit თამარ:Tamar ლევან:Levan ზურაბ:Zurab ქეთევან:"
                 "Ketevan ვახტანგ:Vakhtang",
                 "ბერიძე:Beridze კაპანაძე:Kapanadze გელაშვილი:Gelashvili წიქლაური:Tsiklauri "
                 "ჯავახიშვილი:Javakhishvili ღვინიაშვილი:Ghviniashvili ჭანტურია:Chanturia ხვედელიძე:"
                 "Khvedelidze"),
    "armenian": ("Արմեն:Armen Անահիտ:Anahit Գևորգ:Gevorg Նարեկ:Narek Հակոբ:Hakob Լուսինե:Lusine "
                 "Վարդան:Vardan Կարեն:Karen",
                 "Սարգսյան:Sargsyan Հարությունյան:Harutyunyan Գրիգորյան:Grigoryan Պետրոսյան:Petrosyan "
                 "Խաչատրյան:Khachatryan Ղազարյան:Ghazaryan Մկրտչյան:Mkrtchyan"),
    "indian": ("राजेश:Rajesh सुनीता:Sunita अमित:Amit प्रिया:Priya विजय:Vijay संजय:Sanjay लक्ष्मी:Lakshmi "
               "कृष्णा:Krishna अनिल:Anil",
               "शर्मा:Sharma गुप्ता:Gupta पटेल:Patel वर्मा:Verma मिश्रा:Mishra चौधरी:Chaudhary जोशी:Joshi "
               "त्रिपाठी:Tripathi सिंह:Singh"),
    "thai": ("สมชาย:Somchai สมศรี:Somsri วิชัย:Wichai ประยุทธ์:Prayut สุดา:Suda อนันต์:Anan นภา:Napha "
             "ธนากร:Thanakorn",
             "แสงทอง:Saengthong ศรีสุวรรณ:Srisuwan บุญมี:Boonmee จันทร์เพ็ญ:Chanpen ทองดี:Thongdee "
             "วงศ์สวัสดิ์:Wongsawat รัตนชัย:Rattanachai"),
    "chinese": ("伟:Wei 芳:Fang 秀英:Xiuying 建国:Jianguo 志强:Zhiqiang 晓明:Xiaoming 丽华:Lihua 文博:Wenbo "
                "海涛:Haitao 雪梅:Xuemei",
                "王:Wang 李:Li 张:Zhang 刘:Liu 陈:Chen 杨:Yang 赵:Zhao 黄:Huang 周:Zhou 徐:Xu 欧阳:Ouyang"),
    "korean": ("민수:Min-su 지영:Ji-young 성호:Sung-ho 영희:Young-hee 현우:Hyun-woo 수진:Su-jin "
               "재현:Jae-hyun 은정:Eun-jung",
               "김:Kim 이:Lee 박:Park 최:Choi 정:Jung 강:Kang 조:Cho 윤:Yoon 임:Lim"),
    "japanese": ("太郎:Taro 花子:Hanako 健太:Kenta 由美:Yumi 一郎:Ichiro 直樹:Naoki 恵子:Keiko 大輔:Daisuke",
                 "田中:Tanaka 佐藤:Sato 鈴木:Suzuki 高橋:Takahashi 渡辺:Watanabe 伊藤:Ito 山本:Yamamoto "
                 "中村:Nakamura 小林:Kobayashi"),
    "kana": ("しょうた:Shota まさる:Masaru けんじ:Kenji さゆり:Sayuri ちひろ:Chihiro ひかる:Hikaru",
             "おおくぼ:Okubo くろだ:Kuroda はやし:Hayashi ふじわら:Fujiwara みやもと:Miyamoto よしむら:Yoshimura"),
}
FAMILY_FIRST = {"chinese": "", "korean": "", "japanese": "", "kana": " ", "vietnamese": " "}
PATRONYMICS = {"russian": ("Иванович:Ivanovich Сергеевич:Sergeevich Николаевич:Nikolaevich "
                           "Александрович:Aleksandrovich Петрович:Petrovich"),
               "ukrainian": "Миколайович:Mykolaiovych Петрович:Petrovych Іванович:Ivanovych"}


def _parts(text):
    for part in text.split():
        native, _, latin = part.partition(":")
        yield native.replace(",", " "), (latin or native).replace(",", " ")


def _joined(culture, given, middle, family):
    """One person in the order and spelling of the country: (native, latin)."""
    gap = FAMILY_FIRST.get(culture)
    if gap is not None:
        latin = f"{family[1]} {given[1]}" if culture != "japanese" else f"{given[1]} {family[1]}"
        return f"{family[0]}{gap}{given[0]}", latin
    both = [given, middle, family] if middle else [given, family]
    return " ".join(part[0] for part in both), " ".join(part[1] for part in both)


def persons():
    """(culture, native, latin) of every combination, in an order by chance."""
    out = []
    for culture, (given_names, family_names) in NAMES.items():
        middles = list(_parts(PATRONYMICS.get(culture, ""))) or [None]
        for given in _parts(given_names):
            for i, family in enumerate(_parts(family_names)):
                middle = middles[i % len(middles)]
                out.append((culture, *_joined(culture, given, middle, family)))
    return sorted(out, key=lambda person: lists.number("person", *person))
