"""The words for what can be drawn and worn, in five languages.

A line is `English concept | English | German | French | Spanish | Japanese`. A word stands for its
inflections, too; with `+` before it, it is a plural; with `_` it is of several words. The first
German word names the thing in answers.
"""

from __future__ import annotations

THING_WORDS = """
fox | fox +foxes | Fuchs +füchse füchsin | renard | zorro | キツネ きつね 狐
cat | cat kitten kitty | Katze +katzen kater kätzchen | chat chaton | gat gatito | ネコ ねこ 猫
dog | dog puppy +puppies | Hund hündchen welpe | chien chiot | perr cachorro | イヌ いぬ 犬
bird | bird | Vogel +vögel vögelchen | oiseau +oiseaux | pájaro ave | 鳥
fish | fish | Fisch | poisson | pez +peces | 魚
rabbit | rabbit bunny +bunnies hare | Hase kaninchen häschen | lapin lièvre | conej | ウサギ うさぎ 兎
mouse | mouse +mice | Maus +mäuse mäuschen | souris | ratón ratones | ネズミ ねずみ
bear | bear teddy | Bär +bären teddybär | ours ourson | oso osito | クマ くま 熊
owl | owl | Eule | hibou chouette | búho lechuza | フクロウ
penguin | penguin | Pinguin | manchot pingouin | pingüino | ペンギン
horse | horse pony | Pferd pony | cheval +chevaux poney | caball | 馬
elephant | elephant | Elefant | éléphant | elefant | ゾウ 象
pig | pig piglet | Schwein ferkel | cochon porc | cerd | ブタ 豚
lion | lion | Löwe | lion | león | ライオン
cow | cow | Kuh +kühe | vache | vaca | 牛
duck | duck duckling | Ente entchen | canard | pato | アヒル
turtle | turtle tortoise | Schildkröte | tortue | tortuga | カメ 亀
snail | snail | Schnecke | escargot | caracol | カタツムリ
butterfly | butterfly +butterflies | Schmetterling | papillon | mariposa | 蝶
bee | bee bumblebee | Biene hummel | abeille | abeja | 蜂 ハチ
frog | frog | Frosch +frösche | grenouille | rana | カエル
whale | whale | Wal +wale | baleine | ballena | クジラ
person | person +people man woman child +children boy girl astronaut! | Person mann frau kind mädchen junge mensch | personne homme femme enfant fille garçon | persona hombre mujer niñ | 人
snowman | snowman | Schneemann | bonhomme_de_neige | muñeco_de_nieve | 雪だるま
robot | robot | Roboter | robot | robot | ロボット
tree | tree | Baum +bäume | arbre | árbol | 木
flower | flower rose tulip daisy sunflower | Blume rose tulpe sonnenblume | fleur tulipe | flor tulipán | 花
cactus | cactus +cacti | Kaktus +kakteen | cactus | cactus | サボテン
palm | palm palm_tree | Palme | palmier | palmera | ヤシ
mushroom | mushroom toadstool | Pilz fliegenpilz | champignon | seta hongo | キノコ
leaf | leaf +leaves | Blatt +blätter | feuille | hoja | 葉
apple | apple | Apfel +äpfel | pomme | manzana | リンゴ
banana | banana | Banane | banane | plátano banana | バナナ
mountain | mountain hill | Berg hügel | montagne | montaña | 山
house | house cottage home | Haus +häuser häuschen | maison | casa casita | 家
lighthouse | lighthouse | Leuchtturm +leuchttürme | phare | faro | 灯台
castle | castle fortress | Schloss burg | château | castillo | 城
tent | tent | Zelt | tente | tienda_de_campaña carpa | テント
windmill | windmill mill | Windmühle mühle | moulin | molino | 風車
bridge | bridge | Brücke | pont | puente | 橋
bicycle | bicycle bike | Fahrrad +fahrräder rad +räder velo | vélo bicyclette | bicicleta bici | 自転車
car | car automobile | Auto wagen | voiture | coche auto! | 車
bus | bus +buses | Bus +busse | autobus | autobús | バス
train | train locomotive | Zug +züge lokomotive | train | tren | 電車 汽車
truck | truck lorry +lorries van | Lastwagen laster lkw | camion | camión | トラック
plane | plane airplane aeroplane jet | Flugzeug | avion | avión | 飛行機
rocket | rocket spaceship | Rakete | fusée | cohete | ロケット
hot air balloon | hot_air_balloon | Heißluftballon | montgolfière | globo_aerostático | 熱気球
balloon | balloon | Luftballon ballon | ballon_de_baudruche | globo | 風船
boat | boat sailboat sailing_boat | Boot segelboot | bateau +bateaux | bote barca | ボート
ship | ship | Schiff | navire | barco | 船
heart | heart | Herz | cœur coeur | corazón | ハート
circle | circle disc dot | Kreis Punkt | cercle point | círculo | 円 丸
ball | ball | Ball +bälle kugel | balle ballon | pelota balón | ボール
square | square | Quadrat | carré | cuadrado | 四角
triangle | triangle | Dreieck | triangle | triángulo | 三角
sun | sun | Sonne | soleil | sol! | 太陽
moon | moon | Mond | lune | luna | 月
star | star | Stern | étoile | estrella | 星
cloud | cloud | Wolke | nuage | nube | 雲
rainbow | rainbow | Regenbogen | arc-en-ciel | arcoíris arco_iris | 虹
cup | cup mug coffee tea coffee_cup cup_of_coffee cup_of_tea | Tasse kaffee becher tee tasse_kaffee tasse_tee kaffeetasse | tasse café | taza café | カップ コーヒー
cake | cake birthday_cake cupcake | Kuchen torte | gâteau +gâteaux | pastel tarta | ケーキ
book | book | Buch +bücher | livre | libro | 本
umbrella | umbrella parasol | Regenschirm schirm | parapluie | paraguas | 傘
gift | gift present | Geschenk | cadeau +cadeaux | regalo | プレゼント
lamp | lamp | Lampe | lampe | lámpara | ランプ
key | key | Schlüssel | clé | llave | 鍵
clock | clock | Uhr | horloge | reloj | 時計
chair | chair | Stuhl +stühle | chaise | silla | 椅子
table | table desk | Tisch | table | mesa | 机
guitar | guitar | Gitarre | guitare | guitarra | ギター
phone | phone smartphone mobile | Telefon handy smartphone | téléphone | teléfono móvil | 電話
computer | computer laptop | Computer laptop rechner | ordinateur | ordenador computadora | パソコン
pizza | pizza | Pizza | pizza | pizza | ピザ
ice cream | ice_cream ice-cream icecream | Eis eistüte | glace! glaces! | helado | アイスクリーム
flag | flag | Flagge fahne | drapeau +drapeaux | bandera | 旗
egg | egg | Ei! +eier | œuf oeuf | huevo | 卵
bottle | bottle | Flasche | bouteille | botella | 瓶
"""
WORN_WORDS = """
hat | hat top_hat | Hut +hüte hütchen zylinder | chapeau +chapeaux haut-de-forme | sombrero | 帽子
sun hat | sun_hat straw_hat cowboy_hat | Strohhut sonnenhut cowboyhut | chapeau_de_paille | sombrero_de_paja | 麦わら帽子
cap | cap baseball_cap | Kappe mütze schirmmütze | casquette | gorra | キャップ
party hat | party_hat birthday_hat | Partyhut | chapeau_de_fête | gorro_de_fiesta | パーティーハット
woolly hat | woolly_hat beanie bobble_hat winter_hat santa_hat | Wollmütze pudelmütze strickmütze weihnachtsmütze | bonnet | gorro | ニット帽
wizard hat | wizard_hat witch_hat magic_hat | Zauberhut hexenhut | chapeau_de_magicien | sombrero_de_mago | 魔法使いの帽子
crown | crown | Krone | couronne | corona | 王冠
glasses | glasses spectacles | Brille | lunettes | gafas! | 眼鏡 メガネ
sunglasses | sunglasses shades | Sonnenbrille | lunettes_de_soleil | gafas_de_sol | サングラス
scarf | scarf +scarves | Schal | écharpe | bufanda | マフラー
bow tie | bow_tie bowtie bow-tie | Fliege schleife | nœud_papillon | pajarita | 蝶ネクタイ
"""
