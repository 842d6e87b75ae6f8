"""Plausible names from many countries, and the e-mail addresses made from them."""

import random
import string
import unicodedata
from collections import Counter

# An underscore stands for a space within one name.
GIVEN: dict[str, str] = {
    "anglo": "Grace Oliver Amelia Jack Charlotte Harry Ruby Thomas Evie George Megan Daniel "
    "Holly Samuel Lucy Edward Chloe Henry Zoë Callum Eleanor Lewis Imogen Rory "
    "Naomi",
    "german": "Lena Jonas Hannah Felix Marie Lukas Sophie Maximilian Johanna Paul Clara "
    "Moritz Katharina Jürgen Käthe Björn Annika Götz Franziska Matthias Ulrike "
    "Tobias Birgit Stefan Anke",
    "ghanaian": "Ama Kwame Akua Kofi Abena Yaw Efua Kwabena Adwoa Kwesi Esi Kojo Afia Nana "
    "Akosua Kwaku Yaa Ekow Araba Fiifi",
    "nigerian": "Chidi Ngozi Emeka Adaeze Tunde Folake Ifeanyi Amaka Segun Yetunde Obinna "
    "Chioma Babajide Zainab Musa Halima Uche Temitope Ebele Damilola",
    "kenyan": "Wanjiru Otieno Achieng Kamau Nyambura Kipchoge Akinyi Mwangi Chebet Njoroge "
    "Wambui Odhiambo Nekesa Mutua Jerono Barasa",
    "portuguese": "João Inês Tiago Beatriz Gonçalo Mafalda Rui Catarina Nuno Leonor Duarte "
    "Matilde Simão Margarida Vasco Conceição Tomás Francisca Afonso Luísa",
    "brazilian": "Thaís Caio Luíza Rafael Júlia Mateus Larissa Vinícius Camila Otávio Letícia "
    "Gustavo Natália Antônio Bruna Flávio Débora Henrique Priscila Cauã",
    "polish": "Łukasz Agnieszka Paweł Małgorzata Michał Katarzyna Krzysztof Zofia Wojciech "
    "Aleksandra Grzegorz Jolanta Rafał Żaneta Stanisław Bożena Jędrzej Kinga Szymon "
    "Elżbieta",
    "spanish": "Lucía Álvaro Sofía Íñigo Carmen Rubén Inmaculada Andrés Ainhoa Óscar Begoña "
    "Víctor Paloma Hernán Ximena Julián Noelia Martín Rocío Joaquín",
    "mexican": "Guadalupe José Xóchitl Emiliano Fernanda Ramón Itzel Santiago Renata Iván "
    "Daniela Ángel Paulina Efraín Citlali Rodrigo",
    "french": "Élodie Benoît Chloé Thibault Maëlle François Océane Rémi Anaïs Loïc Solène "
    "Jérôme Aurélie Gaël Noémie Étienne Inès Cédric Léa Mathis",
    "indian": "Priya Arjun Ananya Rohan Kavya Vikram Deepika Siddharth Meera Aditya Lakshmi "
    "Karthik Shreya Nikhil Pooja Rahul Divya Harish Sunita Manoj Farah Imran",
    "korean": "Joon Seo-yeon Min-jun Ji-woo Ha-eun Do-yun Soo-ah Tae-hyun Yu-na Hyun-woo Eun- "
    "ji Sung-min Bo-ra Dong-hyuk Mi-sun Jae-won",
    "japanese": "Haruka Kenji Yūki Shōta Ayumi Takumi Misaki Daichi Emi Ryō Natsumi Kōhei "
    "Sakura Makoto Chihiro Tarō",
    "chinese": "Wei Xiaoming Lihua Jun Mei Yifan Qing Haoran Ying Zhiyuan Fang Lei Xinyi Bo "
    "Jing Ming",
    "vietnamese": "Linh Minh Hương Tuấn Thảo Đức Ngọc Quân Hạnh Long Phương Sơn Trang Khánh Yến "
    "Hải",
    "arabic": "Fatima Omar Layla Yusuf Noor Khalid Amina Tariq Salma Hassan Rania Karim Dina "
    "Bilal Hala Ziad",
    "turkish": "Ayşe Mehmet Elif Çağlar Zeynep Gökhan Şebnem Emre Özlem Barış Tuğba Oğuz "
    "Gülşen Ömer İpek Volkan",
    "nordic": "Ingrid Søren Åsa Lars Freja Øystein Maja Håkon Sigrid Jørgen Linnéa Björn "
    "Astrid Mikkel Guðrún Anders Tuuli Väinö",
    "irish": "Saoirse Cian Aoife Pádraig Niamh Oisín Róisín Darragh Caoimhe Seán Orla Eoin "
    "Ciara Cormac Gráinne Fionn",
    "czech": "Jiří Tereza Ondřej Kateřina Marek Lenka Tomáš Eliška Vojtěch Žofie Luboš "
    "Zdeňka Dušan Alžběta Bohumil Ludmila",
}

# Only names that do not change with the sex of the bearer.
FAMILY: dict[str, str] = {
    "anglo": "Whitfield Barker Ashdown Clarke Hollis Pemberton Marsh Thornton Fielding "
    "Osborne Lockwood Harding Winslow Bramley Carver Dunmore Ellery Foxley Garside "
    "Hepworth Kershaw Langley Mercer Norwood Prescott",
    "german": "Maier Köhler Schäfer Brandt Jäger Wolff Krüger Lindner Weiß Vogel Böhm "
    "Hartmann Seidel Grüneberg Roth Ziegler Dietrich Pfeiffer Engel Haas Lorenz "
    "Winter Stroh Ebert Kühn",
    "ghanaian": "Mensah Owusu Boateng Asante Darko Ofori Adjei Appiah Osei Amoah Agyeman "
    "Sarpong Tetteh Quaye Ansah Addo Baidoo Danquah Frimpong",
    "nigerian": "Okafor Adeyemi Eze Balogun Nwosu Ogunleye Okonkwo Bello Adebayo Onyekachi "
    "Ibrahim Olawale Nnamdi Ajayi Uzor Danjuma Akande Obi Lawal Ekwueme",
    "kenyan": "Kariuki Omondi Wekesa Muthoni Kiprono Njuguna Ouma Cherono Maina Simiyu "
    "Kiplagat Were Gathoni Mutiso Onyango Kilonzo",
    "portuguese": "Carvalho Teixeira Magalhães Figueiredo Brandão Simões Pinto Guimarães Leitão "
    "Vasconcelos Moreira Falcão Queirós Batista Lourenço Galvão Antunes Mourão "
    "Sequeira Assunção",
    "brazilian": "Oliveira da_Silva Nascimento Araújo dos_Santos Gonçalves Cavalcanti Peixoto "
    "Rocha Moraes Brandão Freitas Assis Teles de_Souza Barros Fontoura Queiroz "
    "Salles Ribeirão",
    "polish": "Wójcik Kowalczyk Woźniak Mazur Krawczyk Piątek Łuczak Sikora Żak Wrona Bąk "
    "Nowak Pietrzak Stępień Zając Kubiak Wieczorek Król Kaczmarek Cieślak",
    "spanish": "García_Núñez Martínez Ibáñez Castaño Peña Ordóñez Quiroga Zubizarreta Muñoz "
    "Salcedo Vázquez Arriaga Montañés Cebrián Rueda Echeverría Ferrán Olmedo Luján "
    "Sáez",
    "mexican": "Hernández Treviño Cárdenas Zepeda Ávila Montaño Rentería Quintanilla Páez "
    "Solís Villaseñor Ochoa Bañuelos Arellano Tovar Macías",
    "french": "Lefèvre Moreau Garnier Delacroix Béranger Perrin Chastain d’Arcy Marchand "
    "Fontaine Guérin Rousselle Lemoine Barthélemy Noël Vasseur Hébert Caron Prévost "
    "Le_Goff",
    "indian": "Sharma Iyer Nair Patel Reddy Banerjee Kulkarni Menon Chowdhury Desai Rao Joshi "
    "Pillai Mukherjee Bhat Verma Kapoor Qureshi Ansari Das Shetty Naidu",
    "korean": "Kim Lee Park Choi Jung Kang Cho Yoon Jang Lim Han Shin Seo Kwon Hwang Ahn",
    "japanese": "Tanaka Satō Yamamoto Kobayashi Inoue Kimura Saitō Matsumoto Hayashi Shimizu "
    "Mori Abe Ōkubo Nakajima Itō Fujita",
    "chinese": "Wang Li Zhang Liu Chen Yang Zhao Huang Zhou Wu Xu Sun Zhu Ma Hu Lü",
    "vietnamese": "Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý Trịnh Mai",
    "arabic": "Haddad Nasser El-Sayed Mansour Farouk Khoury Aziz Rahman Saleh Hamdan Darwish "
    "Younis Al-Amin Bakr Shaheen Qasim",
    "turkish": "Yılmaz Kaya Demir Çelik Şahin Öztürk Aydın Arslan Doğan Kılıç Çetin Güneş "
    "Erdoğmuş Ünal Toprak Yıldız",
    "nordic": "Sørensen Lindqvist Bjørnstad Åkesson Nygård Halvorsen Engström Kjær Virtanen "
    "Öberg Dahl Strand Mäkinen Lindgren Berg Holm Sjöberg Lund",
    "irish": "Brady Byrne Gallagher O’Sullivan Kavanagh Doyle Nolan McGrath Donnelly "
    "Brennan O’Reilly Quinn Fitzgerald Hegarty Flynn Keane",
    "czech": "Krejčí Kočí Martinů Jirků Petrů Janů Pavlů Dolejší Matějů Vítů",
}

# A few people write their name in their own script; the address needs it in Latin letters too.
OWN_SCRIPT: tuple[tuple[str, str], ...] = (
    ("田中 美咲", "misaki tanaka"),
    ("王 小明", "xiaoming wang"),
    ("김 서연", "seo-yeon kim"),
    ("Ольга Шевченко", "olha shevchenko"),
    ("Ελένη Παπαδοπούλου", "eleni papadopoulou"),
    ("ليلى حداد", "layla haddad"),
    ("नेहा शर्मा", "neha sharma"),
    ("דנה לוי", "dana levi"),
)
LETTERS = str.maketrans({"ø": "o", "ł": "l", "ß": "ss", "đ": "d", "ı": "i", "æ": "ae", "ð": "d"})

KEPT = string.ascii_lowercase + "-"

CULTURES = tuple(GIVEN)
_GIVEN = {culture: words.split() for culture, words in GIVEN.items()}
_FAMILY = {culture: words.split() for culture, words in FAMILY.items()}


class Names:
    """Gives out names and addresses. A name may come twice, as in life; an address never."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.taken: Counter[str] = Counter()

    def name(self, local: tuple[str, ...]) -> tuple[str, str]:
        """A name likely in that place, and the same in Latin letters for the address."""
        rng = self.rng
        if rng.random() < 0.004:
            return rng.choice(OWN_SCRIPT)
        culture = rng.choice(local if rng.random() < 0.75 else CULTURES)
        family_culture = culture if rng.random() < 0.93 else rng.choice(CULTURES)
        family = rng.choice(_FAMILY[family_culture])
        if rng.random() < 0.14:
            family = f"{family}-{rng.choice(_FAMILY[culture])}"
        name = f"{rng.choice(_GIVEN[culture])} {family}".replace("_", " ")
        return name, name

    def address(self, latin: str, domain: str) -> str:
        """first.last@…, with a number from the second bearer of the name on."""
        first, _, last = latin.partition(" ")
        base = f"{_plain(first)}.{_plain(last)}"
        self.taken[base] += 1
        count = self.taken[base]
        return f"{base}{count if count > 1 else ''}@{domain}"


def _plain(word: str) -> str:
    """Only a to z and hyphens."""
    decomposed = unicodedata.normalize("NFKD", word.lower().translate(LETTERS))
    return "".join(letter for letter in decomposed if letter in KEPT).strip("-")
