// SPDX-License-Identifier: Apache-2.0
// adder_top: the accelerator as a host sees it: adder_core behind two streams
// and a register block.
//
//   S_AXIS       packets that load the buffers and bring batches; stream_loader
//   M_AXIS       a packet of results for each batch; result_stream
//   AXI4-Lite    control and status; docs/registers.md
//
// Two batches are in flight: one runs while the next one's pictures come, and
// the results of the one before leave meanwhile. This file only wires them, a
// port a line, which is why it is long.

`default_nettype none

module adder_top #(
    parameter ROWS             = 16,     // images summed at once, 1 to 64
    parameter COLUMNS          = 16,     // filters summed at once, 1 to 64
    parameter W_DATA           = 8,      // bits of a code, 2 to 16
    parameter W_ACC            = 18,     // bits of a cell's sum
    parameter W_SUM            = 19,     // bits of the signed total that enters the fold
    parameter ACTIVATION_DEPTH = 4096,   // words in each of the two buffers, at most 2^23 like the others
    parameter WEIGHT_DEPTH     = 4608,
    parameter FOLD_DEPTH       = 256,
    parameter PAD_DEPTH        = 16,
    parameter RESULT_DEPTH     = 16,     // words in each of the two banks
    parameter PROGRAM_DEPTH    = 512,
    parameter PARTIAL_DEPTH    = 0,      // pixels of a layer whose weights are held; 0: none are
    parameter CELL             = 0,      // what cells sum: 0 absolute differences, 1 minima, 2 products
    parameter SERIAL           = 0,      // 1: sums are folded one row a clock, not all rows at once
    parameter PIPELINED        = 0,      // 1: cells for FPGAs, whose sums leave two clocks later
    parameter REACH            = 1,      // cells that an operand reaches in a clock
    parameter TAPS             = 1,      // that a cell takes in a clock: 1, 2 or 4
    parameter W_SIDE           = 16,     // bits of a row or column of a map, 4 to 16
    parameter WEIGHT_PORTS     = 2,      // of the weight buffer; 1: it takes no segments
    parameter WEIGHT_SEGMENTS  = 2,      // held at once, 1 or 2
    parameter FOLD_CLOCKS      = 1,      // of a fold, 1 to 4
    parameter PLANES           = 1,      // 0: no layer takes several passes over its taps
    parameter SHORTCUT         = 1,      // 0: no layer adds a map
    parameter AVERAGES         = 1       // 0: no layer pools averages
) (
    input  wire                   clk,
    input  wire                   rst,
    input  wire                   hold,             // the core issues no tap in this clock, as while CONTROL.pause is 1
    output wire                   irq,

    input  wire [W_STREAM-1:0]    s_axis_tdata,
    input  wire                   s_axis_tvalid,
    output wire                   s_axis_tready,
    input  wire                   s_axis_tlast,

    output wire [W_RESULT-1:0]    m_axis_tdata,
    output wire                   m_axis_tvalid,
    input  wire                   m_axis_tready,
    output wire                   m_axis_tlast,
    output wire                   m_axis_tuser,     // the packet was cut short by a soft reset

    input  wire [11:0]            s_axil_awaddr,
    input  wire                   s_axil_awvalid,
    output wire                   s_axil_awready,
    input  wire [31:0]            s_axil_wdata,
    input  wire [3:0]             s_axil_wstrb,
    input  wire                   s_axil_wvalid,
    output wire                   s_axil_wready,
    output wire [1:0]             s_axil_bresp,
    output wire                   s_axil_bvalid,
    input  wire                   s_axil_bready,

    input  wire [11:0]            s_axil_araddr,
    input  wire                   s_axil_arvalid,
    output wire                   s_axil_arready,
    output wire [31:0]            s_axil_rdata,
    output wire [1:0]             s_axil_rresp,
    output wire                   s_axil_rvalid,
    input  wire                   s_axil_rready,

    // Every word that a layer writes, for watching.
    output wire                   write_valid,
    output wire [5:0]             write_layer,
    output wire [1:0]             write_target,     // activation buffer 0 or 1, 2: results, 3: both buffers
    output wire [23:0]            write_addr,
    output wire [ROWS*W_DATA-1:0] write_word
);

localparam W_X      = ROWS * W_DATA;
localparam W_W      = COLUMNS * (W_DATA + 1);
localparam W_WIDE   = W_X > W_W ? W_X : W_W;
localparam W_LOAD   = W_WIDE > 96 ? W_WIDE : 96;
localparam W_STREAM = (W_LOAD + 7) / 8 * 8;
localparam W_RESULT = W_X > 16 ? (W_X + 7) / 8 * 8 : 16;

localparam W_IMAGES     = $clog2(ROWS + 1);
localparam W_COUNT      = $clog2(RESULT_DEPTH + 1);   // of a number of words of a bank
localparam STREAM_BYTES = W_STREAM / 8;
localparam RESULT_BYTES = W_RESULT / 8;

// ---------------------------------------------------------------------------
// Registers

wire        reg_write, reg_write_found, reg_read, reg_read_found;
wire [11:0] reg_write_address, reg_read_address;
wire [31:0] reg_write_data, reg_write_mask, reg_read_data;
wire        counter_read, count_there;   // COUNTER_LOW is read, and there

axi_lite_slave #(.W_ADDRESS(12)) axi_lite_slave_u (
    .clk            (clk),
    .rst            (rst),
    .s_axil_awaddr  (s_axil_awaddr),
    .s_axil_awvalid (s_axil_awvalid),
    .s_axil_awready (s_axil_awready),
    .s_axil_wdata   (s_axil_wdata),
    .s_axil_wstrb   (s_axil_wstrb),
    .s_axil_wvalid  (s_axil_wvalid),
    .s_axil_wready  (s_axil_wready),
    .s_axil_bresp   (s_axil_bresp),
    .s_axil_bvalid  (s_axil_bvalid),
    .s_axil_bready  (s_axil_bready),
    .s_axil_araddr  (s_axil_araddr),
    .s_axil_arvalid (s_axil_arvalid),
    .s_axil_arready (s_axil_arready),
    .s_axil_rdata   (s_axil_rdata),
    .s_axil_rresp   (s_axil_rresp),
    .s_axil_rvalid  (s_axil_rvalid),
    .s_axil_rready  (s_axil_rready),
    .write          (reg_write),
    .write_address  (reg_write_address),
    .write_data     (reg_write_data),
    .write_mask     (reg_write_mask),
    .write_found    (reg_write_found),
    .read           (reg_read),
    .read_address   (reg_read_address),
    .read_data      (reg_read_data),
    .read_found     (reg_read_found),
    .read_wait      (counter_read & ~count_there)
);

wire        soft_reset, soft_reset_next, pause, gate, batch_interrupt, error_interrupt;
wire        running, receiving;
wire [1:0]  waiting, banks, interrupts;
wire        done, error_target, error_range, error_short, error_long, error_images;
wire        error_command, error_address, error_watchdog, error_segment;
wire [8:0]  errors;
wire [31:0] watchdog, batches, dropped;
wire [5:0]  counter_layer;
wire [4:0]  counter_number;
wire        clocks_read;
wire [31:0] counter_low, counter_high, clocks_low, clocks_high;

wire any_error = error_target | error_range | error_short | error_long | error_images |
    error_command | error_address | error_watchdog | error_segment;

assign irq = |(interrupts & {error_interrupt, batch_interrupt});

control_registers control_registers_u (
    .clk                     (clk),
    .rst                     (rst),
    .write                   (reg_write),
    .write_address           (reg_write_address),
    .write_data              (reg_write_data),
    .write_mask              (reg_write_mask),
    .write_found             (reg_write_found),
    .read                    (reg_read),
    .read_address            (reg_read_address),
    .read_data               (reg_read_data),
    .read_found              (reg_read_found),
    .array_rows              (ROWS[7:0]),
    .array_columns           (COLUMNS[7:0]),
    .array_data_bits         (W_DATA[4:0]),
    .array_weight_ports      (WEIGHT_PORTS[1:0]),
    .widths_weight_segments  (WEIGHT_SEGMENTS[1:0]),
    .array_serial_fold       (SERIAL[0]),
    .array_acc_bits          (W_ACC[5:0]),
    .array_cell              (CELL[1:0]),
    .widths_sum_bits         (W_SUM[5:0]),
    .widths_pipelined        (PIPELINED[0]),
    .widths_stream_bytes     (STREAM_BYTES[9:0]),
    .widths_result_bytes     (RESULT_BYTES[9:0]),
    .activation_depth        (ACTIVATION_DEPTH[31:0]),
    .weight_depth            (WEIGHT_DEPTH[31:0]),
    .fold_depth              (FOLD_DEPTH[31:0]),
    .pad_depth               (PAD_DEPTH[31:0]),
    .result_depth            (RESULT_DEPTH[31:0]),
    .program_depth           (PROGRAM_DEPTH[31:0]),
    .partial_depth           (PARTIAL_DEPTH[31:0]),
    .control_soft_reset_next (soft_reset_next),
    .control_soft_reset      (soft_reset),
    .control_pause           (pause),
    .control_gate            (gate),
    .control_batch_interrupt (batch_interrupt),
    .control_error_interrupt (error_interrupt),
    .status_busy             (running),
    .status_waiting          (waiting),
    .status_results          (banks),
    .status_receiving        (receiving),
    .status_error            (errors != 9'd0),
    .status_irq              (irq),
    .errors_target_set       (error_target),
    .errors_range_set        (error_range),
    .errors_short_set        (error_short),
    .errors_long_set         (error_long),
    .errors_images_set       (error_images),
    .errors_command_set      (error_command),
    .errors_address_set      (error_address),
    .errors_watchdog_set     (error_watchdog),
    .errors_segment_set      (error_segment),
    .errors                  (errors),
    .interrupts_batch_set    (done),
    .interrupts_error_set    (any_error),
    .interrupts              (interrupts),
    .watchdog                (watchdog),
    .batches                 (batches),
    .dropped                 (dropped),
    .counter_select_layer    (counter_layer),
    .counter_select_counter  (counter_number),
    .counter_low             (counter_low),
    .counter_low_read        (counter_read),
    .counter_high            (counter_high),
    .clocks_low              (clocks_low),
    .clocks_low_read         (clocks_read),
    .clocks_high             (clocks_high)
);

wire [47:0] count;    // that COUNTER_SELECT asks for
wire [63:0] clocks;

clock_counter clock_counter_u (
    .clk   (clk),
    .rst   (rst),
    .count (clocks)
);

split_read counter_u (
    .clk      (clk),
    .value    ({16'd0, count}),
    .low_read (counter_read),
    .low      (counter_low),
    .high     (counter_high)
);

split_read clocks_u (
    .clk      (clk),
    .value    (clocks),
    .low_read (clocks_read),
    .low      (clocks_low),
    .high     (clocks_high)
);

// ---------------------------------------------------------------------------
// Packets in, batches, packets out

wire              core_busy, start, batch, bank, result_bank, result_read;
wire [1:0]        core_errors;
wire              load_valid, load_ready, load_last, segment_lost;
wire [2:0]        load_target;
wire [23:0]       load_addr, batch_addr, image_addr, result_count;
wire [W_COUNT-1:0] result_addr;
wire [6:0]        batch_images;
wire [W_IMAGES-1:0] images, done_images;
wire [W_LOAD-1:0] load_word;
wire [W_X-1:0]    result_word;
wire [ROWS*16-1:0] classes;

// As in adder_core.
localparam LANES      = ROWS < COLUMNS ? ROWS : COLUMNS;
localparam LANE_FOLDS = PARTIAL_DEPTH > 0 ? FOLD_DEPTH / LANES + 64 : 0;

// Ports as wide as for any size. There are from 1 to ROWS images: the header of a batch was checked.
wire [7:0]  wide_images      = {{8-W_IMAGES{1'b0}}, images};
wire [24:0] wide_result_addr = {{25-W_COUNT{1'b0}}, result_addr};
wire        unused           = &{1'b0, wide_images[7], batch_images, wide_result_addr[24], result_count};

// A soft reset and the watchdog stop the core by one register, as much waits for it.
reg  stopped;
wire clear    = rst | soft_reset;
wire core_rst = rst | stopped;

always @(posedge clk)
    stopped <= (soft_reset_next | (error_watchdog & ~soft_reset)) & ~rst;

stream_loader #(
    .ROWS(ROWS), .W_STREAM(W_STREAM), .W_LOAD(W_LOAD), .ACTIVATION_DEPTH(ACTIVATION_DEPTH),
    .WEIGHT_DEPTH(WEIGHT_DEPTH), .FOLD_DEPTH(FOLD_DEPTH), .PAD_DEPTH(PAD_DEPTH), .PROGRAM_DEPTH(PROGRAM_DEPTH),
    .LANE_FOLDS(LANE_FOLDS), .SEGMENTS(WEIGHT_PORTS == 2 ? 1 : 0)
) stream_loader_u (
    .clk           (clk),
    .rst           (rst),
    .drop          (soft_reset),
    .stop          (stopped),
    .s_axis_tdata  (s_axis_tdata),
    .s_axis_tvalid (s_axis_tvalid),
    .s_axis_tready (s_axis_tready),
    .s_axis_tlast  (s_axis_tlast),
    .load_valid    (load_valid),
    .load_ready    (load_ready),
    .load_target   (load_target),
    .load_addr     (load_addr),
    .load_word     (load_word),
    .load_last     (load_last),
    .idle          (waiting == 2'd0 & ~running),
    .room          (waiting == 2'd0 | (waiting == 2'd1 & ~running)),
    .batch         (batch),
    .batch_addr    (batch_addr),
    .batch_images  (batch_images),
    .segment_lost  (segment_lost),
    .receiving     (receiving),
    .error_target  (error_target),
    .error_range   (error_range),
    .error_short   (error_short),
    .error_long    (error_long),
    .error_images  (error_images)
);

pair_queue #(.W(W_IMAGES + 24)) batches_u (
    .clk   (clk),
    .rst   (clear),
    .push  (batch),
    .in    ({batch_images[W_IMAGES-1:0], batch_addr}),
    .pop   (start),
    .count (waiting),
    .out   ({images, image_addr})
);

batch_runner #(.W_IMAGES(W_IMAGES)) batch_runner_u (
    .clk            (clk),
    .rst            (clear),
    .waiting        (waiting != 2'd0 & ~gate),
    .start          (start),
    .images         (images),
    .running        (running),
    .core_busy      (core_busy),
    .core_errors    (core_errors),
    .core_reset     (stopped),
    .bank           (bank),
    .bank_free      (banks != 2'd2),
    .done           (done),
    .done_images    (done_images),
    .segment_loaded (load_valid & load_ready & load_last & load_target == 3'd6),
    .segment_lost   (segment_lost),
    .pause          (pause | hold),
    .watchdog       (watchdog),
    .error_command  (error_command),
    .error_address  (error_address),
    .error_watchdog (error_watchdog),
    .error_segment  (error_segment),
    .batches        (batches),
    .dropped        (dropped)
);

result_stream #(.ROWS(ROWS), .W_WORD(W_X), .W_RESULT(W_RESULT), .W_COUNT(W_COUNT)) result_stream_u (
    .clk           (clk),
    .rst           (rst),
    .cut           (soft_reset),
    .done          (done),
    .done_images   (done_images),
    .banks         (banks),
    .result_read   (result_read),
    .result_bank   (result_bank),
    .result_addr   (result_addr),
    .result_count  (result_count[W_COUNT-1:0]),
    .result_word   (result_word),
    .classes       (classes),
    .m_axis_tdata  (m_axis_tdata),
    .m_axis_tvalid (m_axis_tvalid),
    .m_axis_tready (m_axis_tready),
    .m_axis_tlast  (m_axis_tlast),
    .m_axis_tuser  (m_axis_tuser)
);

// ---------------------------------------------------------------------------
// Core

adder_core #(
    .ROWS(ROWS), .COLUMNS(COLUMNS), .W_DATA(W_DATA), .W_ACC(W_ACC), .W_SUM(W_SUM),
    .ACTIVATION_DEPTH(ACTIVATION_DEPTH), .WEIGHT_DEPTH(WEIGHT_DEPTH), .FOLD_DEPTH(FOLD_DEPTH),
    .PAD_DEPTH(PAD_DEPTH), .RESULT_DEPTH(RESULT_DEPTH), .PROGRAM_DEPTH(PROGRAM_DEPTH),
    .PARTIAL_DEPTH(PARTIAL_DEPTH), .CELL(CELL), .SERIAL(SERIAL), .PIPELINED(PIPELINED), .REACH(REACH), .TAPS(TAPS), .W_SIDE(W_SIDE), .WEIGHT_PORTS(WEIGHT_PORTS),
    .WEIGHT_SEGMENTS(WEIGHT_SEGMENTS), .FOLD_CLOCKS(FOLD_CLOCKS), .PLANES(PLANES), .SHORTCUT(SHORTCUT),
    .AVERAGES(AVERAGES)
) core_u (
    .clk            (clk),
    .rst            (core_rst),
    .load_valid     (load_valid),
    .load_ready     (load_ready),
    .load_target    (load_target),
    .load_addr      (load_addr),
    .load_word      (load_word),
    .load_last      (load_last),
    .start          (start),
    .start_bank     (bank),
    .image_addr     (image_addr),
    .images         (wide_images[6:0]),
    .hold           (pause | hold),
    .busy           (core_busy),
    .errors         (core_errors),
    .result_read    (result_read),
    .result_bank    (result_bank),
    .result_addr    (wide_result_addr[23:0]),
    .result_word    (result_word),
    .result_count   (result_count),
    .classes        (classes),
    .write_valid    (write_valid),
    .write_layer    (write_layer),
    .write_target   (write_target),
    .write_addr     (write_addr),
    .write_word     (write_word),
    .count_layer    (counter_layer),
    .count_index    (counter_number),
    .count          (count),
    .count_there    (count_there)
);

endmodule

`default_nettype wire
