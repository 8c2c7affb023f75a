// SPDX-License-Identifier: Apache-2.0
// feeder: turns a layer's loop nest into operands for the array.
//
// Clock 0: addresses, and whether the tap is on the map. Clock 1: the buffers'
// words. Clock 2: a tap off the map becomes padding, which reads no activation
// but is summed like any other. With cells of minima (CELL 1) clock 0 is that of
// taps that tap_scanner found ahead; else every tap of the nest is issued, and so
// is every pixel where weights are held.
//
// Where weights are held (STATIONARY, and the layer says so), the pixels are the
// innermost loops: levels 4 to 7 of the layer's come first, then 0 to 3, 8 and 9.
// Activations then go to the array's top and weights to its left, and padding
// codes of their own for channels are words of the buffer that is read.
//
// With TAPS above 1 so many taps of loop 0 are issued in a clock, and no zeros are
// skipped; words of buffers then come as many at once, in the order of their taps.
//
// Where a layer turns words (TURNED), activations go to the top as well, and tap t
// of a tile counts for row t alone: with what adds nothing to it on the left, the
// sums of row t are the lanes of word t.

`default_nettype none

module feeder #(
    parameter ROWS    = 16,
    parameter COLUMNS = 16,
    parameter W_DATA  = 8,
    parameter W_COUNT = 16,
    parameter W_ADDR  = 24,
    parameter W_WEIGHT  = 24,   // bits of a weight's address
    parameter W_SIDE    = 16,   // bits of a row or column of a map
    parameter W_FILTERS = 16,   // bits of a count of tiles of filters, and of groups
    parameter FIELDS  = 40,
    parameter STATIONARY = 0,   // 1: weights can be held
    parameter LANES   = 16,     // channels and filters of a word then
    parameter CELL    = 0,      // 1: taps of zeros are skipped where weights are not held; else every tap is issued
    parameter TAPS    = 1       // issued in a clock; with more than 1 every tap is, and no weights are held
) (
    input  wire                          clk,
    input  wire                          rst,
    input  wire                          layer_start,
    input  wire                          issue,            // a tap enters in this clock, or TAPS
    input  wire [32*FIELDS-1:0]          fields,
    input  wire                          word_write,       // `word` is the next layer's field `word_index`
    input  wire [5:0]                    word_index,
    input  wire [31:0]                   word,
    input  wire [W_ADDR-1:0]             image_addr,       // the batch's pictures
    input  wire [W_COUNT-1:0]            last_image,       // of the batch

    // The tap that enters next.
    output wire                          ready,            // there is one
    output wire                          tile_last,        // it is its tile's last
    output wire                          nest_last,        // ... and the layer's last
    output wire [2:0]                    tile_step,        // the loop that steps after the tile, see tile_walker
    output wire                          filters_last,     // its group's last tile of filters
    output wire                          waits,            // its weights are not held yet

    // Buffers, each word a clock after its address, which is the first tap's; weights and pads are read with `issue`.
    output wire [TAPS-1:0]               activation_read,
    output wire [TAPS-1:0]               map_read,         // ... of the map
    output wire [W_ADDR-1:0]             activation_addr,
    input  wire [TAPS*ROWS*W_DATA-1:0]   activation_word,
    output wire [TAPS-1:0]               weight_read,
    output wire [W_WEIGHT-1:0]           weight_addr,
    input  wire [TAPS*COLUMNS*(W_DATA+1)-1:0] weight_word, // lanes {used, code}
    output wire [TAPS-1:0]               pad_read,
    output wire [W_ADDR-1:0]             pad_addr,
    input  wire [TAPS*W_DATA-1:0]        pad_code,

    // Which words of the map are not 0, with CELL 1: of 16 from 16 * flag_block on, a clock later.
    output wire                          flag_read,
    output wire [W_ADDR-5:0]             flag_block,
    input  wire [15:0]                   flags,

    // Which words of weights have a lane in use, where such a layer multiplies: of 16 from weight_flag_addr on, a clock later.
    output wire                          weight_flag_read,
    output wire [W_WEIGHT-1:0]           weight_flag_addr,
    input  wire [15:0]                   weight_flags,

    // Operands, all lanes in the same clock.
    output wire                          push,             // x is weights that enter
    output wire                          swap,             // the weights that entered are held
    output reg                           valid,
    output reg                           first,
    output reg                           last,
    output reg  [ROWS*TAPS*W_DATA-1:0]   x,                // a row's taps side by side; 0 where there is none
    output wire [ROWS-1:0]               x_used,           // the row's operand counts
    output reg  [COLUMNS*TAPS*W_DATA-1:0] w,               // a column's taps side by side
    output reg  [COLUMNS*TAPS-1:0]       column_used
);

localparam LEVELS  = 10;
localparam W_BLOCK = W_ADDR - 4;   // bits of an aligned block of 16 addresses
localparam W_TAPS  = TAPS > 1 ? $clog2(TAPS) : 1;
localparam SKIPS   = CELL == 1 && TAPS == 1 ? 1 : 0;

// ---------------------------------------------------------------------------
// Fields

localparam MULTIPLY        = 4;   // bits of word 0
localparam PAD_PER_CHANNEL = 8;
localparam READS_PICTURES  = 7;
localparam HELD            = 10;
localparam ROW_RUN         = 11;
localparam PADS_ZERO       = 16;
localparam TURNED          = 18;
localparam EACH_IMAGE      = 19;
localparam ALL_IMAGES      = 20;

wire held            = STATIONARY != 0 & fields[HELD];
wire turned          = STATIONARY != 0 & fields[TURNED];
wire each_image      = held & fields[EACH_IMAGE];
wire all_images      = fields[ALL_IMAGES];
wire pad_per_channel = fields[PAD_PER_CHANNEL];
wire row_run         = fields[ROW_RUN];
wire pads_zero       = fields[PADS_ZERO];
wire multiplies      = fields[MULTIPLY];

wire [LEVELS*16-1:0]      limit_words = fields[32*1 +: LEVELS*16];   // two a word
wire [LEVELS*W_COUNT-1:0] layer_limit;

// Steps of the layer's loops, outermost first.
wire [LEVELS*W_ADDR-1:0] layer_addr_step = {
    fields[32*12 +: W_ADDR], {W_ADDR{1'b0}}, fields[32*11 +: W_ADDR], fields[32*10 +: W_ADDR],
    fields[32*9 +: W_ADDR], fields[32*8 +: W_ADDR], {W_ADDR{1'b0}}, fields[32*7 +: W_ADDR],
    fields[32*6 +: W_ADDR], {{W_ADDR-1{1'b0}}, 1'b1}
};
wire [LEVELS*W_SIDE-1:0] layer_y_step = {
    {2*W_SIDE{1'b0}}, fields[32*15+16 +: W_SIDE], {W_SIDE{1'b0}}, fields[32*14+16 +: W_SIDE],
    {2*W_SIDE{1'b0}}, fields[32*13+16 +: W_SIDE], {2*W_SIDE{1'b0}}
};
wire [LEVELS*W_SIDE-1:0] layer_x_step = {
    {3*W_SIDE{1'b0}}, fields[32*15 +: W_SIDE], {W_SIDE{1'b0}}, fields[32*14 +: W_SIDE],
    {2*W_SIDE{1'b0}}, fields[32*13 +: W_SIDE], {{W_SIDE-1{1'b0}}, row_run}
};

// Addresses, the row and the column at which a layer begins are kept by what walks from there, as soon as its words come;
// but where weights are held, or taps are looked for ahead.
localparam DIRECT = STATIONARY == 0 && SKIPS == 0 ? 1 : 0;

wire begin_addr    = DIRECT != 0 ? word_write & word_index == 6'd16 : layer_start;
wire begin_xy      = DIRECT != 0 ? word_write & word_index == 6'd17 : layer_start;
wire begin_weights = DIRECT != 0 ? word_write & word_index == 6'd19 : layer_start;
wire begin_pads    = DIRECT != 0 ? word_write & word_index == 6'd22 : layer_start;

wire [W_ADDR-1:0]  first_addr  = DIRECT != 0 ? word[W_ADDR-1:0] : fields[32*16 +: W_ADDR];
wire [W_ADDR-1:0]  addr_base   = image_addr & {W_ADDR{fields[READS_PICTURES]}};
wire [W_SIDE-1:0] y_origin    = DIRECT != 0 ? word[16 +: W_SIDE] : fields[32*17+16 +: W_SIDE];
wire [W_SIDE-1:0] x_origin    = DIRECT != 0 ? word[W_SIDE-1:0] : fields[32*17 +: W_SIDE];
wire [W_SIDE-1:0] in_height   = fields[32*18+16 +: W_SIDE];
wire [W_SIDE-1:0] in_width    = fields[32*18 +: W_SIDE];
wire [W_WEIGHT-1:0] weight_base = DIRECT != 0 ? word[W_WEIGHT-1:0] : fields[32*19 +: W_WEIGHT];
wire [W_ADDR-1:0]  pad_base    = DIRECT != 0 ? word[W_ADDR-1:0] : fields[32*22 +: W_ADDR];
wire [W_WEIGHT-1:0] weight_end = fields[32*31 +: W_WEIGHT];   // where weights are held

// The same in the order of the nest.
wire [LEVELS*W_COUNT-1:0] limit;
wire [LEVELS*W_SIDE-1:0]  y_step, x_step;
wire [LEVELS*W_ADDR-1:0]  addr_step;

genvar l;
generate for (l = 0; l < LEVELS; l = l + 1) begin : gen_level
    // The loop may count images: those of a fold or around all folds, or the taps of a tile that turns words.
    wire counts_images = l == 9 ? each_image : l == 7 ? held & all_images : l == 2 ? turned & all_images : 1'b0;

    assign layer_limit[l*W_COUNT +: W_COUNT] = counts_images ? last_image : limit_words[16*l +: W_COUNT] >> (l == 0 ? $clog2(TAPS) : 0);

    localparam FROM = l < 4 ? l + 4 : l < 8 ? l - 4 : l;   // where weights are held

    assign limit[l*W_COUNT +: W_COUNT]  = held ? layer_limit[FROM*W_COUNT +: W_COUNT] : layer_limit[l*W_COUNT +: W_COUNT];
    assign y_step[l*W_SIDE +: W_SIDE]   = held ? layer_y_step[FROM*W_SIDE +: W_SIDE] : layer_y_step[l*W_SIDE +: W_SIDE];
    assign x_step[l*W_SIDE +: W_SIDE]   = held ? layer_x_step[FROM*W_SIDE +: W_SIDE] : layer_x_step[l*W_SIDE +: W_SIDE];
    assign addr_step[l*W_ADDR +: W_ADDR] = held ? layer_addr_step[FROM*W_ADDR +: W_ADDR] : layer_addr_step[l*W_ADDR +: W_ADDR];
end endgenerate

// ---------------------------------------------------------------------------
// Clock 0: addresses

wire pushes, swaps;

wire every = SKIPS == 0 | held | turned;   // taps are all of the nest; else those that add something

// Every tap of the nest.
wire               walk_tile_first, walk_tile_last, walk_nest_last, walk_filters_last;
wire [TAPS-1:0]    there, walk_on_map, walk_read, walk_weight_read;
wire [2:0]         walk_tile_step;
wire [W_ADDR-1:0]  walk_addr, walk_pad_addr;
wire [W_WEIGHT-1:0] walk_weight_addr;

generate if (SKIPS == 0 || STATIONARY != 0) begin : gen_every
    wire       ahead;
    wire [9:0] ahead_steps;   // in the order of the nest
    wire [W_ADDR-1:0] addr_word;
    wire [W_SIDE-1:0] y_word, x_word;
    wire [9:0] loop = held ? {ahead_steps[9:8], ahead_steps[3:0], ahead_steps[7:4]} : ahead_steps;
    wire [3:0] addr_place = {
        loop[4] | loop[5] | loop[6] | loop[7] | loop[9], loop[1] | loop[2] | loop[9],
        loop[1] | loop[2] | loop[6] | loop[7], loop[2] | loop[5] | loop[7]
    };
    wire [3:0] xy_place = {2'b11, loop[4] | loop[5] | loop[6] | loop[7], loop[1] | loop[2] | loop[6] | loop[7]};
    wire       unused_loops = &{1'b0, loop};

    ram_1r1w #(.W(W_ADDR), .DEPTH(16), .W_ADDR(5)) addr_steps_u (
        .clk        (clk),
        .write      (word_write & word_index >= 6'd6 & word_index <= 6'd12),
        .write_addr (word_index[4:0]),
        .write_data (word[W_ADDR-1:0]),
        .read       (ahead),
        .read_addr  ({1'b0, addr_place}),
        .read_data  (addr_word)
    );

    ram_1r1w #(.W(2*W_SIDE), .DEPTH(16), .W_ADDR(5)) xy_steps_u (
        .clk        (clk),
        .write      (word_write & word_index >= 6'd13 & word_index <= 6'd15),
        .write_addr (word_index[4:0]),
        .write_data ({word[16 +: W_SIDE], word[W_SIDE-1:0]}),
        .read       (ahead),
        .read_addr  ({1'b0, xy_place}),
        .read_data  ({y_word, x_word})
    );

    tap_walker #(
        .W_COUNT(W_COUNT), .W_ADDR(W_ADDR), .W_WEIGHT(W_WEIGHT), .W_SIDE(W_SIDE), .W_FILTERS(W_FILTERS),
        .STATIONARY(STATIONARY), .LANES(LANES), .TAPS(TAPS)
    ) walker_u (
        .clk             (clk),
        .rst             (rst),
        .start           (layer_start & every),
        .begin_addr      (begin_addr),
        .begin_xy        (begin_xy),
        .begin_weights   (begin_weights),
        .begin_pads      (begin_pads),
        .issue           (issue & every),
        .held            (held),
        .each_image      (each_image),
        .pad_per_channel (pad_per_channel),
        .limit           (limit),
        .last_tap        (limit_words[W_TAPS-1:0]),
        .row_run         (row_run),
        .addr_step       (addr_word),
        .y_step          (y_word),
        .x_step          (x_word),
        .addr_origin     (first_addr),
        .addr_base       (addr_base),
        .y_origin        (y_origin),
        .x_origin        (x_origin),
        .in_height       (in_height),
        .in_width        (in_width),
        .weight_base     (weight_base),
        .weight_end      (weight_end),
        .pad_base        (pad_base),
        .ahead           (ahead),
        .ahead_steps     (ahead_steps),
        .tile_first      (walk_tile_first),
        .tile_last       (walk_tile_last),
        .nest_last       (walk_nest_last),
        .tile_step       (walk_tile_step),
        .filters_last    (walk_filters_last),
        .waits           (waits),
        .there           (there),
        .on_map          (walk_on_map),
        .word_read       (walk_read),
        .word_addr       (walk_addr),
        .weight_read     (walk_weight_read),
        .weight_addr     (walk_weight_addr),
        .pad_addr        (walk_pad_addr),
        .pushes          (pushes),
        .swaps           (swaps)
    );
end else begin : gen_no_walker
    assign walk_tile_first   = 1'b0;
    assign walk_tile_last    = 1'b0;
    assign walk_nest_last    = 1'b0;
    assign walk_tile_step    = 3'd0;
    assign walk_filters_last = 1'b0;
    assign there             = {TAPS{1'b1}};
    assign walk_on_map       = {TAPS{1'b0}};
    assign walk_read         = {TAPS{1'b0}};
    assign walk_addr         = {W_ADDR{1'b0}};
    assign walk_weight_read  = {TAPS{1'b0}};
    assign walk_weight_addr  = {W_WEIGHT{1'b0}};
    assign walk_pad_addr     = {W_ADDR{1'b0}};
    assign waits             = 1'b0;
    assign pushes            = 1'b0;
    assign swaps             = 1'b0;
    wire unused_inner = &{1'b0, begin_addr, begin_xy, begin_weights, begin_pads, weight_end};
end endgenerate

// Those that add something.
wire [W_ADDR-1:0]  scan_flag_addr;
wire               scan_ready, scan_tile_first, scan_tile_last, scan_nest_last, scan_filters_last, scan_on_map;
wire [2:0]         scan_tile_step;
wire [W_ADDR-1:0]  scan_addr, scan_pad_addr, scan_weight_addr;

generate if (SKIPS != 0) begin : gen_not_zero
    wire unused_steps = &{1'b0, addr_step[W_ADDR-1:0], y_step[W_SIDE-1:0], x_step[W_SIDE-1:0]};

    tap_scanner #(.W_COUNT(W_COUNT), .W_ADDR(W_ADDR)) scanner_u (
        .clk             (clk),
        .rst             (rst),
        .start           (layer_start & ~every),
        .issue           (issue & ~every),
        .row_run         (row_run),
        .pads_zero       (pads_zero),
        .multiplies      (multiplies),
        .pad_per_channel (pad_per_channel),
        .limit           (limit),
        .addr_step       (addr_step[LEVELS*W_ADDR-1:W_ADDR]),
        .y_step          (y_step[LEVELS*W_SIDE-1:W_SIDE]),
        .x_step          (x_step[LEVELS*W_SIDE-1:W_SIDE]),
        .addr_origin     (first_addr + addr_base),
        .y_origin        (y_origin),
        .x_origin        (x_origin),
        .in_height       (in_height),
        .in_width        (in_width),
        .weight_base     (weight_base),
        .pad_base        (pad_base),
        .flag_read       (flag_read),
        .flag_block      (flag_block),
        .flags           (flags),
        .weight_flag_read (weight_flag_read),
        .weight_flag_addr (scan_flag_addr),
        .weight_flags    (weight_flags),
        .ready           (scan_ready),
        .tile_first      (scan_tile_first),
        .tile_last       (scan_tile_last),
        .nest_last       (scan_nest_last),
        .tile_step       (scan_tile_step),
        .filters_last    (scan_filters_last),
        .on_map          (scan_on_map),
        .word_addr       (scan_addr),
        .weight_addr     (scan_weight_addr),
        .pad_addr        (scan_pad_addr)
    );
end else begin : gen_no_scanner
    assign flag_read         = 1'b0;
    assign flag_block        = {W_BLOCK{1'b0}};
    assign weight_flag_read  = 1'b0;
    assign scan_flag_addr    = {W_ADDR{1'b0}};
    assign scan_ready        = 1'b0;
    assign scan_tile_first   = 1'b0;
    assign scan_tile_last    = 1'b0;
    assign scan_nest_last    = 1'b0;
    assign scan_tile_step    = 3'd0;
    assign scan_filters_last = 1'b0;
    assign scan_on_map       = 1'b0;
    assign scan_addr         = {W_ADDR{1'b0}};
    assign scan_weight_addr  = {W_ADDR{1'b0}};
    assign scan_pad_addr     = {W_ADDR{1'b0}};
    wire unused_flags = &{1'b0, flags, weight_flags, pads_zero, multiplies, addr_step, y_step, x_step};
end endgenerate

wire            tile_first;
wire [TAPS-1:0] on_map;

assign ready           = every | scan_ready;
assign tile_first      = every ? walk_tile_first : scan_tile_first;
assign tile_last       = every ? walk_tile_last : scan_tile_last;
assign nest_last       = every ? walk_nest_last : scan_nest_last;
assign tile_step       = every ? walk_tile_step : scan_tile_step;
assign filters_last    = every ? walk_filters_last : scan_filters_last;
assign on_map          = every ? walk_on_map : {TAPS{scan_on_map}};
assign activation_read = every ? walk_read : {TAPS{issue & scan_on_map}};
assign activation_addr = every ? walk_addr : scan_addr;
assign weight_read     = every ? walk_weight_read & {TAPS{~turned}} : {TAPS{issue}};
assign pad_addr        = every ? walk_pad_addr : scan_pad_addr;

generate if (SKIPS != 0) begin : gen_weight_addr
    assign weight_addr      = every ? walk_weight_addr : scan_weight_addr;   // as wide, with cells of minima
    assign weight_flag_addr = scan_flag_addr;
end else begin : gen_walked_weight_addr
    assign weight_addr      = walk_weight_addr;
    assign weight_flag_addr = {W_WEIGHT{1'b0}};
    wire unused_scan = &{1'b0, scan_weight_addr, scan_flag_addr};
end endgenerate

assign map_read = {TAPS{issue}} & there & on_map;
assign pad_read = {TAPS{issue}} & (pad_per_channel ? there : {{TAPS-1{1'b0}}, 1'b1});

wire unused = &{1'b0, fields, limit_words, word_write, word_index, word};

// ---------------------------------------------------------------------------
// Clocks 1 and 2

reg            valid_1, first_1, last_1;
reg [TAPS-1:0] there_1, on_map_1;

always @(posedge clk) begin
    valid_1  <= issue & ~rst;
    first_1  <= tile_first;
    last_1   <= tile_last;
    there_1  <= there;
    on_map_1 <= on_map | {TAPS{held & pad_per_channel}};

    valid <= valid_1 & ~rst;
    first <= first_1;
    last  <= last_1;
end

wire [TAPS*ROWS*W_DATA-1:0] taps;   // of all rows a clock's first, then all rows' second

genvar i, t;
generate for (t = 0; t < TAPS; t = t + 1) begin : gen_tap
    // One code for all channels is the first word's.
    wire [W_DATA-1:0]      pad  = pad_code[(pad_per_channel ? t : 0)*W_DATA +: W_DATA];
    wire [ROWS*W_DATA-1:0] codes = on_map_1[t] ? activation_word[t*ROWS*W_DATA +: ROWS*W_DATA] : {ROWS{pad}};

    assign taps[t*ROWS*W_DATA +: ROWS*W_DATA] = there_1[t] | t == 0 ? codes : {ROWS*W_DATA{1'b0}};
end endgenerate

generate
    if (STATIONARY != 0) begin : gen_either
        reg pushes_1, push_2, swaps_1, swap_2;

        always @(posedge clk) begin
            pushes_1 <= pushes & ~rst;
            push_2   <= pushes_1 & ~rst;
            swaps_1  <= swaps & ~rst;
            swap_2   <= swaps_1 & ~rst;
        end

        assign push = push_2;
        assign swap = swap_2;

        reg  [ROWS-1:0] row;      // with TURNED, the one that the tap counts for
        wire [ROWS-1:0] row_1 = first_1 ? {{ROWS-1{1'b0}}, 1'b1} : row << 1;

        always @(posedge clk)
            if (valid_1)
                row <= row_1;

        // What adds nothing to a code: 0 to a difference, the largest to a minimum.
        localparam [W_DATA-1:0] NOTHING = {W_DATA{CELL == 1}};

        for (i = 0; i < ROWS; i = i + 1) begin : gen_left
            wire [W_DATA:0] weight;
            reg             used;

            if (i < LANES) begin : gen_filter
                assign weight = weight_word[i*(W_DATA+1) +: W_DATA+1];
            end else begin : gen_none
                assign weight = {W_DATA+1{1'b0}};
            end

            always @(posedge clk) begin
                if (held ? pushes_1 : valid_1)
                    x[i*W_DATA +: W_DATA] <= held ? weight[W_DATA-1:0] : turned ? NOTHING : taps[i*W_DATA +: W_DATA];
                if (held ? pushes_1 : valid_1)
                    used <= held ? weight[W_DATA] : row_1[i] | ~turned;
            end

            assign x_used[i] = used;
        end

        for (i = 0; i < COLUMNS; i = i + 1) begin : gen_top
            wire [W_DATA:0]   weight = weight_word[i*(W_DATA+1) +: W_DATA+1];
            wire [W_DATA-1:0] tap;

            if (i < LANES) begin : gen_channel
                assign tap = taps[i*W_DATA +: W_DATA];
            end else begin : gen_none
                assign tap = {W_DATA{1'b0}};
            end

            always @(posedge clk) begin
                if (valid_1)
                    w[i*W_DATA +: W_DATA] <= held | turned ? tap : weight[W_DATA-1:0];
                if (held ? pushes_1 : valid_1)
                    column_used[i] <= turned ? i < LANES : weight[W_DATA];
            end
        end
    end else begin : gen_taps_left
        assign push   = 1'b0;
        assign swap   = 1'b0;
        assign x_used = {ROWS{1'b0}};
        wire unused_pushes = &{1'b0, pushes, swaps};

        if (TAPS == 1) begin : gen_tap_by_tap
            always @(posedge clk)
                if (valid_1)
                    x <= taps;
        end else begin : gen_side_by_side
            for (i = 0; i < ROWS * TAPS; i = i + 1) begin : gen_code
                always @(posedge clk)
                    if (valid_1)
                        x[i*W_DATA +: W_DATA] <= taps[(i % TAPS * ROWS + i / TAPS)*W_DATA +: W_DATA];
            end
        end

        for (i = 0; i < COLUMNS * TAPS; i = i + 1) begin : gen_lane
            wire [W_DATA:0] weight = weight_word[(i % TAPS * COLUMNS + i / TAPS)*(W_DATA+1) +: W_DATA+1];

            always @(posedge clk) begin
                if (valid_1) begin
                    w[i*W_DATA +: W_DATA] <= weight[W_DATA-1:0];
                    column_used[i]        <= weight[W_DATA] & (there_1[i%TAPS] | i % TAPS == 0);
                end
            end
        end
    end
endgenerate

endmodule

`default_nettype wire
