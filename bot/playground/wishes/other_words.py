"""The words for colours, places, changes and the like, in five languages.

Lines are like those of `thing_words.py`; the concept is a kind and, behind a colon, a value.
"""

from __future__ import annotations

COLOUR_WORDS = """
red | red crimson scarlet | rot rote roter rotes roten rotem | rouge roux rousse | roj | 赤い 赤
orange | orange | orange orangefarben | orange | naranja | オレンジ
yellow | yellow | gelb | jaune | amarill | 黄色い 黄色
green | green | grün | vert verte | verde | 緑の 緑
teal | teal | blaugrün petrol | sarcelle | verdeazulad | 青緑
blue | blue | blau hellblau dunkelblau | bleu | azul | 青い 青く 青
purple | purple lilac | lila purpur lilafarben | pourpre | morad púrpura | 紫の 紫色 紫
violet | violet | violett | violet violette | violeta | すみれ色
pink | pink | rosa pink | rose | rosa! rosad | ピンク
brown | brown | braun | brun marron | marrón marrones | 茶色い 茶色
black | black | schwarz | noir | negr | 黒い 黒
white | white | weiß | blanc blanche | blanc | 白い 白
grey | grey gray | grau | gris | gris | 灰色 グレー
gold | gold golden | gold golden | doré | dorad | 金色
silver | silver | silber silbern | argenté | platead | 銀色
turquoise | turquoise | türkis | turquoise | turquesa | ターコイズ
"""
OTHER_WORDS = """
light:night | night! midnight at_night dark! starry_sky | Nacht nachts nachthimmel mitternacht | nuit | noche | 夜
light:sunset | sunset sunrise evening dusk dawn | Sonnenuntergang sonnenaufgang abend abendrot | coucher_de_soleil soir | atardecer puesta_de_sol | 夕日 夕焼け
place:sea | sea ocean beach water lake river! harbour harbor | Meer see! strand wasser ozean hafen fluss | mer océan plage | mar! océano playa | 海
place:snow | snow snowy winter ice! arctic | Schnee winter eisig verschneit | neige hiver | nieve invierno | 雪
place:forest | forest woods! wood! jungle | Wald +wälder dschungel | forêt bois | bosque selva | 森
place:desert | desert sand dune | Wüste sand | désert sable | desierto arena | 砂漠
place:city | city town street skyline | Stadt straße skyline | ville rue | ciudad calle | 街
light:rain | rain rainy raining | Regen regnerisch | pluie | lluvia | 雨
place:space | space! outer_space galaxy | Weltraum weltall | espace | espacio | 宇宙
place:indoors | room indoors kitchen office | Zimmer küche raum büro | chambre cuisine salon | habitación cocina | 部屋
light:day | daytime by_day day! | Tag! tagsüber | jour | día | 昼
place:meadow | meadow field! grassland | Wiese feld | prairie champ | prado campo | 草原
part:sky | sky +skies | Himmel | ciel | cielo | 空
part:ground | ground grass floor | Boden gras | sol! herbe | suelo hierba césped | 地面 草
part:plain | background backdrop | Hintergrund | fond arrière-plan | fondo | 背景
part:all | picture image photo drawing! illustration painting! sketch! version | Bild +bilder foto zeichnung illustration grafik | image photo dessin! illustration | imagen +imágenes foto dibujo! ilustración | 画像 写真 絵
logo: | logo icon emblem badge | Logo signet emblem | logo | logo logotipo | ロゴ
verb:draw | draw drawing paint sketch! illustrate picture_of image_of drawing_of | zeichne zeichnen zeichnest mal! male! malen malst skizziere illustriere bild_von | dessine dessiner dessin! dessinez peins peindre illustre esquisse | dibuja dibujar dibújame pinta píntame ilustra | 描いて 描く 描け スケッチ
verb:create | create generate design | erstelle erstellen entwirf entwerfen gestalte | crée génère | crea! diseña genera | 作って
verb:make | make turn! change colour color recolour tint! paint_it dye edit | mach mache machen färb färbe färben änder ändere ändern setz setze | rends mets fais colorie change | haz hazlo hazla ponlo ponla pon colorea cambia | して 変えて 変更 塗って
verb:add | add put give! insert wear wearing wears | füg füge hinzufügen hinzu gib! gebt trägt ergänze | ajoute mets-lui donne! | añade agrega ponle dale! | 追加 付けて かぶせて
verb:remove | remove without delete take_off take_away no! erase | entferne entfern ohne lösche weg! | enlève supprime retire sans | quita elimina sin! | 消して 除いて なし
verb:swap | replace swap exchange | ersetze ersetz tausche tausch | remplace | reemplaza sustituye | 置き換え
rel:into | into with! instead_of to! by! | in_einen in_eine in_ein durch mit! zu_einem | par! avec! | por! con! en_un en_una |
rel:on | on! riding rides on_top_of atop sitting_on sits_on onto | auf! reitet fährt | sur! | sobre! encima_de | 乗
rel:before | under! beneath behind! in_front_of next_to! beside below! by_the | unter! unterm vor! neben! hinter! | sous! devant derrière | bajo! debajo_de delante_de junto_a | 下に
and: | and! or! plus! | und! oder! | et! ou! | y! e! o! | と
same: | same! again! another_version keep! like_before still! | gleiche dasselbe dieselbe nochmal noch_einmal selbe bleibt | même encore! | mism otra_vez | 同じ
same:new | another! different! new! | anderes andere neues | autre nouveau | otro! otra! nuevo | 別の
it: | it! its! him! her! them! this! that! he! she! they! | es! ihn! sie! ihm! dies dieses davon daraus | lui! elle! ça! cela! | esto eso! | それ これ
filter:grey | black_and_white black-and-white b&w monochrome grayscale greyscale greyer grayer | schwarz-weiß schwarzweiß | noir_et_blanc | blanco_y_negro | 白黒 モノクロ
filter:sepia | sepia old_photo old_photograph vintage | sepia | sépia | sepia | セピア
filter:mirror | mirror flip! flipped mirrored | spiegel spiegeln spiegle | miroir retourne | refleja espejo voltea | 反転 鏡
filter:rotate | rotate | dreh drehe drehen | tourne pivote | gira! rota! | 回転 回して
filter:rotate 180 | upside_down upside-down upside | kopf! auf_den_kopf | à_l'envers | boca_abajo al_revés | 逆さ
filter:crop | crop to_a_square into_a_square make_it_square | zuschneiden schneide zuschnitt quadratisch | recadre rogne | recorta | 切り抜 トリミング
filter:brighten | brighten brighter bright! lighter light! | heller hell! aufhellen | éclaircis plus_clair | aclara más_claro más_clara | 明るく
filter:darken | darken darker | dunkler abdunkeln | assombris plus_sombre | oscurece más_oscuro más_oscura | 暗く
filter:blur | blur! blurred blurry soften softer soft! | unscharf weichzeichnen weicher | flou | desenfoca borroso | ぼか
filter:sharpen | sharpen sharper sharp! | schärfer schärfe scharf! | net! netteté plus_net | nítid enfoca | シャープ 鮮明
filter:invert | invert inverted negative | invertiere umkehren negativ | inverse | invierte | ネガ
filter:halve | shrink smaller half! half_the_size | verkleinere verkleinern kleiner | rétrécis réduis plus_petit | reduce achica más_pequeñ | 小さく 縮小
filter:double | enlarge bigger larger double_the_size | vergrößere vergrößern größer | agrandis plus_grand | agranda más_grande | 大きく 拡大
filter:border | border frame! framed | Rahmen rahme | cadre encadre bordure | marco borde | 枠 フレーム
filter:contrast | contrast | Kontrast | contraste | contraste | コントラスト
filter:vivid | vivid colourful colorful livelier | bunter kräftiger | vif vives | vivo vívid | 鮮やか
filter:watercolour | watercolour watercolor watercolours watercolors | Aquarell wasserfarben wasserfarbe | aquarelle | acuarela | 水彩
filter:pencil | pencil pencil_sketch pencil_drawing charcoal | Bleistift bleistiftzeichnung kohlezeichnung | crayon | lápiz | 鉛筆
filter:pixelate | pixelate pixel_art pixelated pixel | verpixel verpixelt pixel | pixel pixelise | píxel pixelado | ピクセル
size:1.35 | big! large! huge! giant tall! | groß! große großer großes großen riesig | grand grande énorme | grande | 大きな 大きい
size:0.65 | small! little! tiny! | klein! kleine kleiner! kleines kleinen winzig | petit petite | pequeñ | 小さな 小さい
caption: | caption title! words! word! text! lettering write! writing saying says say! slogan | bildunterschrift beschriftung beschrifte text! schreib schreibe worten wort worte schriftzug titel | légende texte écris mots | leyenda texto escribe palabras | キャプション 字幕
name: | called named name! names | namens genannt heißt namen name! | appelé nommé nom! | llamad nombre |
style:1 | style like_this | stil | style | estilo | スタイル
both:1 | combine both together merge | kombiniere beide zusammen | combine ensemble | combina junt | 組み合わせ
variation: | variation variant alternative take! takes! version versions | variante varianten variation variationen alternativen | variante variation | variante variación variaciones | バリエーション
transparent: | transparent see-through | transparent durchsichtig | transparent | transparente | 透明
form:16:9 | wide! landscape panorama banner | breit! querformat panorama banner | paysage large | panorámic ancho apaisad | 横長
form:9:16 | portrait tall_format poster | hochformat poster plakat | portrait affiche | vertical retrato | 縦長
number:1 | one! single! | ein! eine! einen! einem! einer! | un! une! | un! una! | 1匹 1枚 一
number:2 | two! pair! couple! both! | zwei! zweier paar! | deux! | dos! | 2匹 2枚 二匹 二
number:3 | three! several! some! few! | drei! dreier mehrere einige | trois! quelques | tres! varios | 3匹 3枚 三匹 三
number:4 | four! | vier! | quatre! | cuatro! | 四
number:5 | five! many! lots! | fünf! viele | cinq! plusieurs | cinco! muchos muchas | 五
number:6 | six! | sechs! | six! | seis! | 六
number:7 | seven! | sieben! | sept! | siete! |
number:8 | eight! | acht! | huit! | ocho! |
number:9 | nine! | neun! | neuf! | nueve! |
number:10 | ten! | zehn! | dix! | diez! |
number:12 | twelve! dozen! | zwölf! dutzend | douze! douzaine | doce! docena |
"""
