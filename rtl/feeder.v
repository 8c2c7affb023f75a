// SPDX-License-Identifier: Apache-2.0
// feeder: turns a layer's loop nest into operands for the array.
//
// Clock 0: addresses, and whether the tap is on the map. Clock 1: the buffers'
// words. Clock 2: a tap off the map becomes padding, which reads no activation
// but is summed like any other.
//
// Where weights are held (STATIONARY, and the layer says so), the pixels are the
// innermost loops: levels 4 to 7 of the layer's come first, then 0 to 3, 8 and 9.
// Activations then go to the array's top and weights to its left, and padding
// codes of their own for channels are words of the buffer that is read.

`default_nettype none

module feeder #(
    parameter ROWS    = 16,
    parameter COLUMNS = 16,
    parameter W_DATA  = 8,
    parameter W_COUNT = 16,
    parameter W_ADDR  = 24,
    parameter FIELDS  = 40,
    parameter STATIONARY = 0,   // 1: weights can be held
    parameter LANES   = 16      // channels and filters of a word then
) (
    input  wire                          clk,
    input  wire                          rst,
    input  wire                          layer_start,
    input  wire                          issue,            // one tap enters in this clock
    input  wire [32*FIELDS-1:0]          fields,
    input  wire [W_ADDR-1:0]             image_addr,       // the batch's pictures

    // The tap that enters next.
    output wire                          tile_last,        // it is its tile's last
    output wire                          nest_last,        // ... and the layer's last
    output wire                          waits,            // its weights are not held yet

    // Buffers, each word a clock after its address; weights and pads are read with `issue`.
    output wire                          activation_read,
    output wire                          map_read,         // ... of the map
    output wire [W_ADDR-1:0]             activation_addr,
    input  wire [ROWS*W_DATA-1:0]        activation_word,
    output wire                          weight_read,
    output reg  [W_ADDR-1:0]             weight_addr,
    input  wire [COLUMNS*(W_DATA+1)-1:0] weight_word,      // lanes {used, code}
    output wire [W_ADDR-1:0]             pad_addr,
    input  wire [W_DATA-1:0]             pad_code,

    // Operands, all lanes in the same clock.
    output wire                          push,             // x is weights that enter
    output wire                          swap,             // the weights that entered are held
    output reg                           valid,
    output reg                           first,
    output reg                           last,
    output reg  [ROWS*W_DATA-1:0]        x,
    output wire [ROWS-1:0]               x_used,
    output reg  [COLUMNS*W_DATA-1:0]     w,
    output reg  [COLUMNS-1:0]            column_used
);

localparam LEVELS = 10;
localparam TAPS   = 3;   // loops inside a tile
localparam GROUP  = 9;
localparam PASSES = 4;   // loops inside all tiles of a pixel: the same weights are read again for the next

// ---------------------------------------------------------------------------
// Fields

localparam PAD_PER_CHANNEL = 8;   // bits of word 0
localparam READS_PICTURES  = 7;
localparam HELD            = 10;

wire held = STATIONARY != 0 & fields[HELD];

wire [LEVELS*W_COUNT-1:0] layer_limit = fields[32*1 +: LEVELS*W_COUNT];   // two a word

// Steps of the layer's loops, outermost first.
wire [LEVELS*W_ADDR-1:0] layer_addr_step = {
    fields[32*12 +: W_ADDR], {W_ADDR{1'b0}}, fields[32*11 +: W_ADDR], fields[32*10 +: W_ADDR],
    fields[32*9 +: W_ADDR], fields[32*8 +: W_ADDR], {W_ADDR{1'b0}}, fields[32*7 +: W_ADDR],
    fields[32*6 +: W_ADDR], {{W_ADDR-1{1'b0}}, 1'b1}
};
wire [LEVELS*W_COUNT-1:0] layer_y_step = {
    {2*W_COUNT{1'b0}}, fields[32*15+16 +: W_COUNT], {W_COUNT{1'b0}}, fields[32*14+16 +: W_COUNT],
    {2*W_COUNT{1'b0}}, fields[32*13+16 +: W_COUNT], {2*W_COUNT{1'b0}}
};
wire [LEVELS*W_COUNT-1:0] layer_x_step = {
    {3*W_COUNT{1'b0}}, fields[32*15 +: W_COUNT], {W_COUNT{1'b0}}, fields[32*14 +: W_COUNT],
    {2*W_COUNT{1'b0}}, fields[32*13 +: W_COUNT], {W_COUNT{1'b0}}
};
wire [W_ADDR-1:0]  addr_origin = fields[32*16 +: W_ADDR] + (image_addr & {W_ADDR{fields[READS_PICTURES]}});
wire [W_COUNT-1:0] y_origin    = fields[32*17+16 +: W_COUNT];
wire [W_COUNT-1:0] x_origin    = fields[32*17 +: W_COUNT];
wire [W_COUNT-1:0] in_height   = fields[32*18+16 +: W_COUNT];
wire [W_COUNT-1:0] in_width    = fields[32*18 +: W_COUNT];
wire [W_ADDR-1:0]  weight_base = fields[32*19 +: W_ADDR];
wire [W_ADDR-1:0]  pad_base    = fields[32*22 +: W_ADDR];

// The same in the order of the nest.
wire [LEVELS*W_COUNT-1:0] limit, y_step, x_step;
wire [LEVELS*W_ADDR-1:0]  addr_step;

genvar l;
generate for (l = 0; l < LEVELS; l = l + 1) begin : gen_level
    localparam FROM = l < 4 ? l + 4 : l < 8 ? l - 4 : l;   // where weights are held

    assign limit[l*W_COUNT +: W_COUNT]  = held ? layer_limit[FROM*W_COUNT +: W_COUNT] : layer_limit[l*W_COUNT +: W_COUNT];
    assign y_step[l*W_COUNT +: W_COUNT] = held ? layer_y_step[FROM*W_COUNT +: W_COUNT] : layer_y_step[l*W_COUNT +: W_COUNT];
    assign x_step[l*W_COUNT +: W_COUNT] = held ? layer_x_step[FROM*W_COUNT +: W_COUNT] : layer_x_step[l*W_COUNT +: W_COUNT];
    assign addr_step[l*W_ADDR +: W_ADDR] = held ? layer_addr_step[FROM*W_ADDR +: W_ADDR] : layer_addr_step[l*W_ADDR +: W_ADDR];
end endgenerate

// ---------------------------------------------------------------------------
// Clock 0: addresses

wire [LEVELS-1:0]  at_first, at_last, moves, steps;
wire [W_COUNT-1:0] channel, y_tap, x_tap;
wire [W_ADDR-1:0]  tap_addr;

nest_counter #(.LEVELS(LEVELS), .W_COUNT(W_COUNT)) nest_counter_u (
    .clk       (clk),
    .start     (layer_start),
    .advance   (issue),
    .limit     (limit),
    .innermost (channel),
    .at_first  (at_first),
    .at_last   (at_last),
    .moves     (moves),
    .steps     (steps)
);

nest_value #(.LEVELS(LEVELS), .W(W_ADDR)) addr_u (
    .clk(clk), .start(layer_start), .advance(issue), .moves(moves), .steps(steps),
    .origin(addr_origin), .step(addr_step), .value(tap_addr)
);
nest_value #(.LEVELS(LEVELS), .W(W_COUNT)) y_u (
    .clk(clk), .start(layer_start), .advance(issue), .moves(moves), .steps(steps),
    .origin(y_origin), .step(y_step), .value(y_tap)
);
nest_value #(.LEVELS(LEVELS), .W(W_COUNT)) x_u (
    .clk(clk), .start(layer_start), .advance(issue), .moves(moves), .steps(steps),
    .origin(x_origin), .step(x_step), .value(x_tap)
);

wire last_plane = &at_last[PASSES-1:0];
wire last_pixel = &at_last[LEVELS-3:0];   // with these filters
assign tile_last = &at_last[TAPS-1:0] & ~held;
assign nest_last = &at_last;

// Rows above and columns left of the map are negative: large when unsigned.
wire on_map = y_tap < in_height & x_tap < in_width;
assign map_read = issue & on_map;

// One pad code for all channels, or one each.
reg  [W_ADDR-1:0] pad_group;   // the group's first channel
wire [W_ADDR-1:0] pad_channel = pad_group + {{W_ADDR-W_COUNT{1'b0}}, channel};
assign pad_addr = (pad_base & {W_ADDR{~pad_words}}) + (pad_channel & {W_ADDR{fields[PAD_PER_CHANNEL] & ~held}});

always @(posedge clk) begin
    if (layer_start)
        pad_group <= {W_ADDR{1'b0}};
    else if (issue & steps[GROUP])
        pad_group <= pad_group + addr_step[GROUP*W_ADDR +: W_ADDR];
end

// A pixel walks its filters' weights; the next pixel starts over, unless it has other filters.
reg [W_ADDR-1:0] weight_tile;

always @(posedge clk) begin
    if (weight_read) begin
        weight_addr <= ~held & last_plane & ~last_pixel ? weight_tile : weight_addr + 1'b1;
        if (last_pixel)
            weight_tile <= weight_addr + 1'b1;
    end
    if (layer_start) begin
        weight_addr <= weight_base;
        weight_tile <= weight_base;
    end
end

wire unused = &{1'b0, fields, at_first[LEVELS-1:TAPS]};

// ---------------------------------------------------------------------------
// Held weights: when they are pushed, and the words of padding codes

localparam PIXELS = 4;   // loops of the pixels of a fold

wire pad_words;

generate if (STATIONARY != 0) begin : gen_stationary
    wire             pushes, swaps, loaded;
    reg [W_ADDR-1:0] block;   // of channels, in its group

    always @(posedge clk) begin
        if (layer_start)
            block <= {W_ADDR{1'b0}};
        else if (issue & moves[PIXELS])
            block <= at_last[PIXELS] ? {W_ADDR{1'b0}} : block + 1'b1;
    end

    assign pad_words       = held & fields[PAD_PER_CHANNEL];
    assign activation_read = issue & (on_map | pad_words);
    assign activation_addr = on_map | ~pad_words ? tap_addr : pad_base + pad_group + block;

    assign weight_read = held ? pushes : issue;
    assign waits       = held & ~loaded;

    stationary_pusher #(.LANES(LANES)) pusher_u (
        .clk        (clk),
        .rst        (rst),
        .start      (layer_start & held),
        .fold_last  (&at_last[PIXELS-1:0]),
        .outer_last (&at_last[LEVELS-1:PIXELS]),
        .issue      (issue),
        .push       (pushes),
        .swap       (swaps),
        .loaded     (loaded)
    );
end else begin : gen_moving
    assign pad_words       = 1'b0;
    assign activation_read = map_read;
    assign activation_addr = tap_addr;
    assign weight_read     = issue;
    assign waits           = 1'b0;
end endgenerate

// ---------------------------------------------------------------------------
// Clocks 1 and 2

reg valid_1, first_1, last_1, on_map_1;

always @(posedge clk) begin
    valid_1  <= issue & ~rst;
    first_1  <= &at_first[TAPS-1:0];
    last_1   <= tile_last | held;
    on_map_1 <= on_map | pad_words;

    valid <= valid_1 & ~rst;
    first <= first_1;
    last  <= last_1;
end

wire [ROWS*W_DATA-1:0] taps = on_map_1 ? activation_word : {ROWS{pad_code}};

genvar i;
generate
    if (STATIONARY != 0) begin : gen_either
        reg pushes_1, push_2, swaps_1, swap_2;

        always @(posedge clk) begin
            pushes_1 <= gen_stationary.pushes & ~rst;
            push_2   <= pushes_1 & ~rst;
            swaps_1  <= gen_stationary.swaps & ~rst;
            swap_2   <= swaps_1 & ~rst;
        end

        assign push = push_2;
        assign swap = swap_2;

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
                    x[i*W_DATA +: W_DATA] <= held ? weight[W_DATA-1:0] : taps[i*W_DATA +: W_DATA];
                if (pushes_1)
                    used <= weight[W_DATA];
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
                    w[i*W_DATA +: W_DATA] <= held ? tap : weight[W_DATA-1:0];
                if (held ? pushes_1 : valid_1)
                    column_used[i] <= weight[W_DATA];
            end
        end
    end else begin : gen_taps_left
        assign push   = 1'b0;
        assign swap   = 1'b0;
        assign x_used = {ROWS{1'b0}};

        always @(posedge clk)
            if (valid_1)
                x <= taps;

        for (i = 0; i < COLUMNS; i = i + 1) begin : gen_lane
            always @(posedge clk) begin
                if (valid_1) begin
                    w[i*W_DATA +: W_DATA] <= weight_word[i*(W_DATA+1) +: W_DATA];
                    column_used[i]        <= weight_word[i*(W_DATA+1)+W_DATA];
                end
            end
        end
    end
endgenerate

endmodule

`default_nettype wire
